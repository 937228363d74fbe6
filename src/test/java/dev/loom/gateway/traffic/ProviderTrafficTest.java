package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loom.gateway.config.CostConfig;
import dev.loom.gateway.config.FailoverConfig;
import dev.loom.gateway.config.FailoverConfig.Breaker;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.config.UsageInStreams;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ProviderTrafficTest {

    private static final Percentage PRECISION = Percentage.withPercentage(1);
    private static final Duration LATENCY = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private final ProviderTraffic traffic = traffic(Duration.ofSeconds(60), true);

    @Test
    void it_is_made_from_the_configuration() {
        assertThat(traffic.name()).isEqualTo("main");
        assertThat(traffic.config().name()).isEqualTo("main");
        assertThat(traffic.breaker().getName()).isEqualTo("main");
        assertThat(traffic.breaker().getCircuitBreakerConfig().getSlidingWindowSize())
                .isEqualTo(2);
        assertThat(traffic.limits().levels()).containsOnlyKeys("requests_per_minute", "concurrent_requests");
        assertThat(traffic.health().snapshot().name()).isEqualTo("main");
    }

    @Test
    void an_operator_drains_and_resumes_it() {
        traffic.drain();
        assertThat(traffic.drained()).isTrue();

        traffic.resume();
        assertThat(traffic.drained()).isFalse();
    }

    @Test
    void it_starts_with_its_full_share() {
        assertThat(traffic.slowStartShare()).isEqualTo(1);
    }

    @Test
    void after_its_breaker_has_closed_its_share_grows() {
        openAndClose(traffic);
        assertThat(traffic.slowStartShare()).isZero();

        time.advance(Duration.ofSeconds(15));
        assertThat(traffic.slowStartShare()).isCloseTo(0.25, within(1e-9));
        time.advance(Duration.ofSeconds(45));
        assertThat(traffic.slowStartShare()).isEqualTo(1);
    }

    @Test
    void after_its_checks_succeed_again_its_share_grows() {
        traffic.health().checkFailed(LATENCY, "refused");
        traffic.health().checkFailed(LATENCY, "refused");
        traffic.health().checkSucceeded(LATENCY);
        time.advance(Duration.ofSeconds(30));
        traffic.health().checkSucceeded(LATENCY);

        assertThat(traffic.slowStartShare()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void without_slow_start_it_comes_back_with_its_full_share() {
        ProviderTraffic quick = traffic(Duration.ZERO, false);
        openAndClose(quick);

        assertThat(quick.slowStartShare()).isEqualTo(1);
    }

    @Test
    void the_first_token_counts_for_the_strategy_and_for_the_admin_api() {
        traffic.recordFirstToken(Duration.ofMillis(300));

        assertThat(traffic.firstToken().percentile(95)).isCloseTo(300, PRECISION);
        assertThat(traffic.counters().firstToken().percentile(95)).isCloseTo(300, PRECISION);
    }

    @Test
    void other_answers_count_per_output_token() {
        traffic.recordAnswer(Duration.ofSeconds(2), new Usage(10, 100, 0));

        assertThat(traffic.perOutputToken().percentile(95)).isCloseTo(20, PRECISION);
    }

    @Test
    void without_usage_the_whole_time_counts() {
        traffic.recordAnswer(Duration.ofSeconds(2), null);
        traffic.recordAnswer(Duration.ofSeconds(2), new Usage(10, 0, 0));

        assertThat(traffic.perOutputToken().percentile(1)).isCloseTo(2_000, PRECISION);
    }

    @Test
    void a_failure_counts_as_its_timeout_for_the_strategy_alone() {
        traffic.recordFailure(true, Duration.ofMinutes(1));
        traffic.recordFailure(false, Duration.ofMinutes(2));

        assertThat(traffic.firstToken().percentile(95)).isCloseTo(60_000, PRECISION);
        assertThat(traffic.perOutputToken().percentile(95)).isCloseTo(120_000, PRECISION);
        assertThat(traffic.counters().firstToken().count()).isZero();
    }

    @Test
    void the_strategy_looks_back_as_far_as_it_is_told() {
        traffic.recordFirstToken(LATENCY);
        time.advance(Duration.ofMinutes(2));

        assertThat(traffic.firstToken().count()).isZero();
        assertThat(traffic.counters().firstToken().count()).isEqualTo(1);
    }

    @Test
    void what_it_was_found_to_refuse_outlives_another_configuration_but_not_another_address() {
        assertThat(traffic.refuses("stream_options")).isTrue();
        assertThat(traffic.refuses("stream_options")).as("known already").isFalse();
        ProviderConfig config = traffic.config();

        ProviderTraffic reloaded =
                traffic.under(Records.with(config, "family", "groq"), routing(Duration.ofSeconds(60)));
        assertThat(reloaded.quirks().refused()).containsExactly("stream_options");
        assertThat(reloaded.quirks().family().name()).isEqualTo("groq");

        ProviderTraffic moved =
                traffic.under(Records.with(config, "baseUrl", "http://other/v1"), routing(Duration.ofSeconds(60)));
        assertThat(moved.quirks().refused()).isEmpty();
    }

    private void openAndClose(ProviderTraffic provider) {
        ConsecutiveFailureBreaker breaker = provider.breaker();
        breaker.failure(breaker.epoch());
        breaker.failure(breaker.epoch());
        time.advance(Duration.ofSeconds(60));
        breaker.acquirePermission();
        breaker.success(breaker.epoch());
    }

    private ProviderTraffic traffic(Duration slowStart, boolean checked) {
        return new ProviderTraffic(provider(checked), routing(slowStart), time);
    }

    private static RoutingConfig routing(Duration slowStart) {
        Breaker breaker = new Breaker(true, 2, 1, Duration.ofSeconds(60));
        return new RoutingConfig(
                "latency",
                List.of("main"),
                Map.of(),
                null,
                new RoutingConfig.Latency(Duration.ofMinutes(1), 95),
                new FailoverConfig(true, 2, Set.of(500), Duration.ofMinutes(2), breaker),
                null,
                slowStart,
                0.02);
    }

    private static ProviderConfig provider(boolean checked) {
        return new ProviderConfig(
                "main",
                "simulator",
                true,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                "2023-06-01",
                ModelEntries.NONE,
                Map.of(),
                new MaxOutputTokens(null, Map.of()),
                UsageInStreams.AUTO,
                "auto",
                RequestConfig.NONE,
                new RateLimitConfig(60, null, 5),
                new HealthCheckConfig(checked, Duration.ofSeconds(30), Duration.ofSeconds(5), null),
                new CostConfig(null, Map.of()),
                1,
                1,
                new TimeoutsConfig(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(30)),
                null,
                null,
                new SimulatorConfig(Duration.ZERO, 100, 0, 500, null, null, 1));
    }
}
