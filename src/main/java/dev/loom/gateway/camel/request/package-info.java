/**
 * The steps of {@code ingress} and {@code dispatch.camel.yaml}: from the client's bytes to the next candidate, and
 * back to an answer.
 */
@NullMarked
package dev.loom.gateway.camel.request;

import org.jspecify.annotations.NullMarked;
