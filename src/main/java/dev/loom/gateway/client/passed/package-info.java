/** Requests that pass to a provider as they came, in whatever language. */
@NullMarked
package dev.loom.gateway.client.passed;

import org.jspecify.annotations.NullMarked;
