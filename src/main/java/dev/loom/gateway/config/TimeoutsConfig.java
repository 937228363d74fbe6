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
public record TimeoutsConfig(Duration connect, Duration response, Duration firstToken, Duration idle, Duration total) {

    static TimeoutsConfig read(Section s) {
        return new TimeoutsConfig(
                s.get("connect", Types.POSITIVE_DURATION, Duration.ofSeconds(5)),
                s.get("response", Types.POSITIVE_DURATION, Duration.ofMinutes(2)),
                s.get("first_token", Types.POSITIVE_DURATION, Duration.ofMinutes(1)),
                s.get("idle", Types.POSITIVE_DURATION, Duration.ofMinutes(1)),
                s.get("total", Types.POSITIVE_DURATION, Duration.ofMinutes(15)));
    }
}
