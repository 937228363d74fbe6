package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code health_check}.
 *
 * @param enabled false by default: the status then follows the traffic
 * @param interval 30 s by default
 * @param timeout 5 s by default
 * @param endpoint path against the origin of {@code base_url}, or a whole URL; null asks the dialect's model list
 */
public record HealthCheckConfig(boolean enabled, Duration interval, Duration timeout, @Nullable String endpoint) {

    static HealthCheckConfig read(Section s) {
        return new HealthCheckConfig(
                s.get("enabled", Types.FLAG, false),
                s.get("interval", Types.POSITIVE_DURATION, Duration.ofSeconds(30)),
                s.get("timeout", Types.POSITIVE_DURATION, Duration.ofSeconds(5)),
                s.get("endpoint", Addresses.ENDPOINT));
    }
}
