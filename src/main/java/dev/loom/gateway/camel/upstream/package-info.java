/**
 * The steps of {@code provider} and {@code health.camel.yaml}: one call of one provider, and the relay of its
 * answer.
 */
@NullMarked
package dev.loom.gateway.camel.upstream;

import org.jspecify.annotations.NullMarked;
