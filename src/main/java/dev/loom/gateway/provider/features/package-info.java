/** What models can do, and what requests need. */
@NullMarked
package dev.loom.gateway.provider.features;

import org.jspecify.annotations.NullMarked;
