package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * A whole answer in OpenAI's shape.
 *
 * @param body JSON bytes for the client
 * @param usage null where the provider did not report any
 */
public record Completion(byte[] body, @Nullable Usage usage) {}
