/** What the Kamelets and {@code flows.camel.yaml} stand on: a gateway for the steps of other Camel flows. */
@NullMarked
package dev.loom.gateway.camel.flow;

import org.jspecify.annotations.NullMarked;
