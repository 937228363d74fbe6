/** Which language belongs to which type of provider. */
@NullMarked
package dev.loom.gateway.provider.dialects;

import org.jspecify.annotations.NullMarked;
