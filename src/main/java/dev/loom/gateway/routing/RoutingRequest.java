package dev.loom.gateway.routing;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy may know of a request.
 *
 * @param model as the client wrote it
 * @param inputTokens estimated length of the prompt
 * @param maxTokens the client's bound on the answer, null where it set none
 * @param random the only source of chance
 */
public record RoutingRequest(
        String model, boolean stream, long inputTokens, @Nullable Integer maxTokens, RandomGenerator random) {}
