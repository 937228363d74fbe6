/** Which provider answers a request: the strategies, the planner and one request's plan. */
@NullMarked
package dev.loom.gateway.routing;

import org.jspecify.annotations.NullMarked;
