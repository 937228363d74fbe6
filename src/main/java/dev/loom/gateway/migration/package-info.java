/** Configurations of other gateways, put into ours: a file is read, a file is written, and what is lost is said. */
@NullMarked
package dev.loom.gateway.migration;

import org.jspecify.annotations.NullMarked;
