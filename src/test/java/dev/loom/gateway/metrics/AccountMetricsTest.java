package dev.loom.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.provider.Usage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AccountMetricsTest {

    private static final int BEYOND = 200;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AccountMetrics metrics = new AccountMetrics(registry);

    private void use(int accounts) {
        for (int i = 0; i < accounts; i++) {
            metrics.used("account-" + i, "openai", "gpt-4", new Usage(3, 2, 1), 1_000_000_000L);
        }
    }

    private double tokens(String key, String type) {
        return registry.get("loom.ai.tokens.by.key")
                .tags("key", key, "type", type)
                .gauge()
                .value();
    }

    private Set<String> keys() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("key"))
                .collect(Collectors.toSet());
    }

    @Test
    void the_first_thousand_accounts_have_series_of_their_own_and_all_others_share_one() {
        use(AccountMetrics.MOST_KEYS + BEYOND);
        use(AccountMetrics.MOST_KEYS + BEYOND);

        assertThat(AccountMetrics.MOST_KEYS).isEqualTo(1_000);
        assertThat(keys()).hasSize(1_001).contains("account-999", "other").doesNotContain("account-1000");
        assertThat(tokens("account-0", "input")).isEqualTo(2 * 3);
        assertThat(tokens("other", "input")).isEqualTo(2 * 3 * BEYOND);
        assertThat(tokens("other", "output")).isEqualTo(2 * 2 * BEYOND);
        assertThat(registry.get("loom.ai.cost.by.key")
                        .tag("key", "other")
                        .gauge()
                        .value())
                .isEqualTo(2 * BEYOND);
    }

    @Test
    void accounts_that_are_only_refused_are_a_thousand_and_others_too() {
        Limit limit = new Limit("daily", Limit.Kind.TOKENS, Duration.ofDays(1), null, ZoneOffset.UTC, 1);
        for (int i = 0; i < AccountMetrics.MOST_KEYS + BEYOND; i++) {
            metrics.refused("account-" + i, limit);
        }

        assertThat(keys()).hasSize(1_001).contains("account-999", "other");
    }

    @Test
    void refusals_follow_the_same_names() {
        use(AccountMetrics.MOST_KEYS);
        Limit limit = new Limit("hourly", Limit.Kind.TOKENS, Duration.ofHours(1), null, ZoneOffset.UTC, 5);
        metrics.refused("account-1", limit);
        metrics.refused("new-1", limit);
        metrics.refused("new-2", limit);

        assertThat(refusals("account-1")).isEqualTo(1);
        assertThat(refusals("other")).isEqualTo(2);
        assertThat(registry.find("loom.ai.tokens.by.key").gauges())
                .extracting(Gauge::getId)
                .noneMatch(id -> "new-1".equals(id.getTag("key")));
    }

    private double refusals(String key) {
        return registry.get("loom.ai.rate.limit.exceeded")
                .tag("key", key)
                .counter()
                .count();
    }
}
