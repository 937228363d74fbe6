package dev.loom.gateway.provider;

/**
 * A part of a request that a provider refuses, and that the request can do without.
 *
 * @param part the name of a field, or what its dialect calls it
 * @param lasting true if the provider refuses it always, false if only in this request
 */
public record Refusal(String part, boolean lasting) {}
