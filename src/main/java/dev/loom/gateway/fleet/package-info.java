/** Instances that count together, in Redis or Valkey. Only what puts the gateway together knows this package. */
@NullMarked
package dev.loom.gateway.fleet;

import org.jspecify.annotations.NullMarked;
