/** Changes while the gateway runs: another configuration, edited route files. */
@NullMarked
package dev.loom.gateway.camel.live;

import org.jspecify.annotations.NullMarked;
