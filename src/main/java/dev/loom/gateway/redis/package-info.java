/** What all connections to Redis and Valkey have in common. */
@NullMarked
package dev.loom.gateway.redis;

import org.jspecify.annotations.NullMarked;
