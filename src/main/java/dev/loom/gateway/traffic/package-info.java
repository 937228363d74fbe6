/** What is known about each provider while it runs: breaker, limits, cool-down, health, latency, usage. */
@NullMarked
package dev.loom.gateway.traffic;

import org.jspecify.annotations.NullMarked;
