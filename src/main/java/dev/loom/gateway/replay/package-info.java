/** Recorded requests, sent through the routing of one configuration and of another on a clock of its own. */
@NullMarked
package dev.loom.gateway.replay;

import org.jspecify.annotations.NullMarked;
