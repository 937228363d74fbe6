package dev.loom.gateway.client;

import dev.loom.gateway.provider.ChatRequest;
import java.util.function.LongFunction;

/**
 * A client's question for the length of a prompt.
 *
 * @param hub what is to be counted
 * @param answer the answer's body for a number of tokens
 */
public record TokenCount(ChatRequest hub, LongFunction<byte[]> answer) {}
