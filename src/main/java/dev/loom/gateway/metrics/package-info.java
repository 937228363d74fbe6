/** Every {@code loom_ai_*} meter, registered once. */
@NullMarked
package dev.loom.gateway.metrics;

import org.jspecify.annotations.NullMarked;
