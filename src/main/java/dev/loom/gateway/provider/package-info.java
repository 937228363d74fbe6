/** The providers' dialects: encode, decode, stream and classify. Pure functions: no I/O, no clock. */
@NullMarked
package dev.loom.gateway.provider;

import org.jspecify.annotations.NullMarked;
