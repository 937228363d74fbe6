package dev.loom.gateway.config;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;

/**
 * {@code timeouts} of one provider.
 *
 * @param connect until the connection stands, TLS included
 * @param response until the whole of a non-streamed answer has begun to arrive
 * @param firstToken until the first sign of life of a stream: headers, a comment, an event
 * @param idle between two signs of life of a stream
 * @param total for one attempt from beginning to end
 * @param keepAlive until a connection that nobody uses is closed; less where the provider says so
 */
public record TimeoutsConfig(
        Duration connect, Duration response, Duration firstToken, Duration idle, Duration total, Duration keepAlive) {

    /** These, but for those that are set for one model. */
    public TimeoutsConfig with(ModelConfig.Timeouts own) {
        return new TimeoutsConfig(
                connect,
                requireNonNullElse(own.response(), response),
                requireNonNullElse(own.firstToken(), firstToken),
                requireNonNullElse(own.idle(), idle),
                requireNonNullElse(own.total(), total),
                keepAlive);
    }

    static TimeoutsConfig read(Section s) {
        return new TimeoutsConfig(
                s.get("connect", Types.POSITIVE_DURATION, Duration.ofSeconds(5)),
                s.get("response", Types.POSITIVE_DURATION, Duration.ofMinutes(10)),
                s.get("first_token", Types.POSITIVE_DURATION, Duration.ofMinutes(2)),
                s.get("idle", Types.POSITIVE_DURATION, Duration.ofMinutes(2)),
                s.get("total", Types.POSITIVE_DURATION, Duration.ofHours(1)),
                s.get("keep_alive", Types.POSITIVE_DURATION, Duration.ofSeconds(30)));
    }
}
