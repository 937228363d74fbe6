package dev.loom.gateway.client;

import java.time.Instant;

/**
 * A request as it came.
 *
 * @param path percent-decoded, without the query
 * @param received when it arrived; the time of an answer whose provider names none
 */
public record RawRequest(String path, Lookup query, Lookup headers, byte[] body, Instant received) {}
