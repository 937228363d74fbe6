/** The six strategies: who is called first, and who after that. Only {@link Strategies} is seen from outside. */
@NullMarked
package dev.loom.gateway.routing.strategies;

import org.jspecify.annotations.NullMarked;
