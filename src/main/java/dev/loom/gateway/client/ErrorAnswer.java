package dev.loom.gateway.client;

import java.util.Map;

/**
 * An error in a client's language.
 *
 * @param headers beside those of every answer
 * @param body JSON
 */
public record ErrorAnswer(int status, Map<String, String> headers, byte[] body) {}
