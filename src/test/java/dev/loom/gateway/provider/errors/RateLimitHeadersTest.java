package dev.loom.gateway.provider.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.TestHeaders;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitHeadersTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void openai_writes_durations() {
        Headers headers = TestHeaders.of(
                "x-ratelimit-limit-requests", "500",
                "x-ratelimit-remaining-requests", "499",
                "x-ratelimit-reset-requests", "120ms",
                "x-ratelimit-limit-tokens", "200000",
                "x-ratelimit-remaining-tokens", "0",
                "x-ratelimit-reset-tokens", "1m0.5s");
        assertThat(RateLimitHeaders.parse(headers, NOW))
                .containsExactly(
                        new RateLimitHeaders.Limit("requests", 500L, 499L, Duration.ofMillis(120)),
                        new RateLimitHeaders.Limit("tokens", 200_000L, 0L, Duration.ofMillis(60_500)));
    }

    @Test
    void azure_writes_seconds_and_minus_one_for_unknown() {
        Headers headers = TestHeaders.of(
                "x-ratelimit-limit-tokens", "250000",
                "x-ratelimit-remaining-tokens", "-1",
                "x-ratelimit-reset-tokens", "12");
        assertThat(RateLimitHeaders.parse(headers, NOW))
                .containsExactly(new RateLimitHeaders.Limit("tokens", 250_000L, null, Duration.ofSeconds(12)));
    }

    @Test
    void anthropic_writes_points_in_time() {
        Headers headers = TestHeaders.of(
                "anthropic-ratelimit-input-tokens-limit", "50000",
                "anthropic-ratelimit-input-tokens-remaining", "47000",
                "anthropic-ratelimit-input-tokens-reset", "2026-11-22T10:00:04Z",
                "anthropic-ratelimit-requests-reset", "2026-11-22T09:59:59Z");
        assertThat(RateLimitHeaders.parse(headers, NOW))
                .containsExactly(
                        new RateLimitHeaders.Limit("requests", null, null, Duration.ZERO),
                        new RateLimitHeaders.Limit("input-tokens", 50_000L, 47_000L, Duration.ofSeconds(4)));
    }

    @Test
    void no_headers_are_no_limits() {
        assertThat(RateLimitHeaders.parse(Headers.NONE, NOW)).isEmpty();
        assertThat(RateLimitHeaders.parse(name -> "rubbish", NOW)).isEmpty();
    }
}
