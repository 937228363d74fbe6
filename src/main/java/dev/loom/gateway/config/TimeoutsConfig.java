package dev.loom.gateway.config;

import java.time.Duration;

/**
 * {@code timeouts} of one provider.
 *
 * @param connect until the connection stands, TLS included
 * @param response until the whole of a non-streamed answer has begun to arrive
 * @param firstToken until the first content event of a stream
 * @param idle between two reads of a stream
 * @param total for one attempt from beginning to end
 */
public record TimeoutsConfig(Duration connect, Duration response, Duration firstToken, Duration idle, Duration total) {}
