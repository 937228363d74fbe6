package dev.loom.gateway.provider.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.TestHeaders;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static @Nullable Duration from(String... headers) {
        return RetryAfter.parse(429, TestHeaders.of(headers), new byte[0], NOW);
    }

    private static @Nullable Duration fromBody(String body) {
        return RetryAfter.parse(429, Headers.NONE, body.getBytes(UTF_8), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "Retry-After, 7, PT7S",
        "Retry-After, 1.5, PT1.5S",
        "Retry-After, 'Sun, 22 Nov 2026 10:01:30 GMT', PT1M30S",
        "retry-after-ms, 250, PT0.25S",
        "x-ms-retry-after-ms, 1200, PT1.2S",
        "x-ratelimit-reset-requests, 1m6.779s, PT1M6.779S",
        "x-ratelimit-reset-tokens, 120ms, PT0.12S",
        "x-ratelimit-reset-tokens, 6, PT6S",
        "anthropic-ratelimit-input-tokens-reset, 2026-11-22T10:00:31Z, PT31S",
    })
    void every_header_is_understood(String name, String value, Duration expected) {
        assertThat(from(name, value)).isEqualTo(expected);
    }

    @Test
    void the_larger_of_two_explicit_headers_counts() {
        assertThat(from("Retry-After", "1", "Retry-After-Ms", "0")).isEqualTo(Duration.ofSeconds(1));
        assertThat(from("Retry-After", "1", "Retry-After-Ms", "1500")).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void an_explicit_header_counts_before_a_reset() {
        assertThat(from("Retry-After", "2", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "50s"))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void only_the_resets_of_exhausted_limits_count_and_the_latest_of_them() {
        assertThat(from(
                        "x-ratelimit-remaining-requests", "499",
                        "x-ratelimit-reset-requests", "120ms",
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-tokens", "6s"))
                .isEqualTo(Duration.ofSeconds(6));
        assertThat(from(
                        "x-ratelimit-remaining-requests", "0",
                        "x-ratelimit-reset-requests", "8s",
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-tokens", "6s"))
                .isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void without_an_exhausted_limit_the_soonest_reset_counts() {
        assertThat(from(
                        "x-ratelimit-remaining-requests", "499",
                        "x-ratelimit-reset-requests", "2s",
                        "x-ratelimit-remaining-tokens", "11072",
                        "x-ratelimit-reset-tokens", "37s"))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void resets_count_on_429_only() {
        Headers headers = TestHeaders.of("x-ratelimit-reset-requests", "2s");
        assertThat(RetryAfter.parse(400, headers, new byte[0], NOW)).isNull();
        assertThat(RetryAfter.parse(503, TestHeaders.of("Retry-After", "3"), new byte[0], NOW))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"details\":[{\"@type\":\"x.ErrorInfo\"},{\"retryDelay\":\"48s\"}]}} | PT48S",
                "[{\"error\":{\"details\":[{\"retryDelay\":\"1.5s\"}]}}] | PT1.5S",
                "{\"error\":{\"message\":\"Quota used up. Please retry in 48.9s.\"}} | PT48.9S",
                "{\"error\":{\"message\":\"Limit 9, Used 8. Please try again in 174ms. Visit us.\"}} | PT0.174S",
                "{\"error\":{\"message\":\"Please try again in 6m0s.\"}} | PT6M",
                "{\"error\":{\"message\":\"Please retry after 6 seconds.\"}} | PT6S",
                "{\"error\":\"Too busy, try again in 2s\"} | PT2S",
            })
    void the_body_is_understood(String body, Duration expected) {
        assertThat(fromBody(body)).isEqualTo(expected);
    }

    @Test
    void a_day_is_the_most() {
        assertThat(from("Retry-After", "999999999999999")).isEqualTo(Duration.ofHours(24));
        assertThat(from("Retry-After", "Tue, 22 Nov 2033 10:00:00 GMT")).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void a_reset_that_is_a_point_in_time_is_not_taken_for_a_wait() {
        assertThat(from("x-ratelimit-reset-requests", "1763805600")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "soon", "", "1e9", "NaN", "Sun, 22 Nov 2020 10:00:00 GMT", "9999999999999999999999"})
    void what_says_nothing_is_null(String value) {
        assertThat(from("Retry-After", value, "retry-after-ms", value)).isNull();
        assertThat(from("x-ratelimit-reset-tokens", value, "anthropic-ratelimit-tokens-reset", value))
                .isNull();
    }

    @Test
    void zero_means_now() {
        assertThat(from("Retry-After", "0")).isZero();
        assertThat(from("Retry-After", "0", "x-ratelimit-reset-requests", "20s"))
                .isZero();
        assertThat(from("retry-after-ms", "0")).isZero();
        assertThat(from("x-ratelimit-reset-tokens", "0")).isNull();
    }

    @Property
    void it_never_throws(@ForAll String value, @ForAll byte[] body) {
        Headers everywhere = name -> value;
        Duration wait = RetryAfter.parse(429, everywhere, body, NOW);
        assertThat(wait == null || wait.compareTo(RetryAfter.LONGEST) <= 0).isTrue();
    }
}
