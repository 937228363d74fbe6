/** The simulated provider, which answers without a model. */
@NullMarked
package dev.loom.gateway.provider.simulator;

import org.jspecify.annotations.NullMarked;
