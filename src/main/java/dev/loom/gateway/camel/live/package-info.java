/** Replaces routes of a running Camel context: without a gap, under their own names, and only after they have been tried. */
@NullMarked
package dev.loom.gateway.camel.live;

import org.jspecify.annotations.NullMarked;
