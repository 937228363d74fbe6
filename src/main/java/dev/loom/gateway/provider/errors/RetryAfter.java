package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider asks to be left alone. The first source that says anything counts:
 *
 * <ol>
 *   <li>{@code Retry-After}, {@code retry-after-ms} and {@code x-ms-retry-after-ms}; the largest, since Azure sends
 *       {@code Retry-After: 1} together with {@code Retry-After-Ms: 0}.
 *   <li>The body: Google's {@code RetryInfo}, or words like "Please try again in 174ms".
 *   <li>On 429, the reset headers of the limits that are exhausted; the latest, since all of them must recover.
 *   <li>On 429 without an exhausted limit, the soonest reset: the request was larger than what remained, and the reset
 *       of a limit is when it is whole again, so the others say too much.
 * </ol>
 *
 * Zero means now in the headers that are meant for it, and says nothing elsewhere. Resets beyond {@link #LONGEST} are not plausible (some
 * servers write a point in time there) and are left out; an explicit wait beyond it is cut down to it.
 */
public final class RetryAfter {

    /** A provider that asks for more is asked again after a day all the same. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final Pattern WORDS = Pattern.compile(
            "(?:try again|retry)(?: your request)? (?:in|after) (\\d[\\d.hmsnuµ]{0,30})( ?seconds?| ?minutes?)?",
            Pattern.CASE_INSENSITIVE);

    private RetryAfter() {}

    /** Null where the provider does not say. Never throws. */
    public static @Nullable Duration parse(int status, Headers headers, byte[] body, Instant now) {
        return parse(status, headers, Json.lenient(body), now);
    }

    static @Nullable Duration parse(int status, Headers headers, JsonNode body, Instant now) {
        Duration wait = fromHeaders(headers, now);
        if (wait == null) {
            wait = fromBody(body);
        }
        if (wait == null && status == 429) {
            wait = fromLimits(headers, now);
        }
        return wait == null || wait.compareTo(LONGEST) <= 0 ? wait : LONGEST;
    }

    private static @Nullable Duration fromHeaders(Headers headers, Instant now) {
        String retryAfter = headers.get("retry-after");
        Duration seconds = WireDuration.number(retryAfter, 1);
        Duration millis = WireDuration.number(headers.get("retry-after-ms"), 1e-3);
        Duration wait = longest(Stream.of(
                seconds,
                WireDuration.untilHttpDate(retryAfter, now),
                millis,
                WireDuration.number(headers.get("x-ms-retry-after-ms"), 1e-3)));
        boolean atOnce = wait == null && (Duration.ZERO.equals(seconds) || Duration.ZERO.equals(millis));
        return atOnce ? Duration.ZERO : wait;
    }

    private static @Nullable Duration fromBody(JsonNode body) {
        JsonNode error = ErrorBody.error(body);
        for (JsonNode detail : error.path("details")) {
            Duration delay = WireDuration.relative(detail.path("retryDelay").textValue());
            if (positive(delay)) {
                return delay;
            }
        }
        return fromWords(ErrorText.of(error));
    }

    private static @Nullable Duration fromWords(String message) {
        Matcher matcher = WORDS.matcher(message);
        if (!matcher.find()) {
            return null;
        }
        String number = matcher.group(1).replaceAll("\\.$", "");
        String unit = Objects.requireNonNullElse(matcher.group(2), "").strip();
        Duration wait = WireDuration.relative(unit.isEmpty() ? number : number + unit.charAt(0));
        return positive(wait) ? wait : null;
    }

    private static @Nullable Duration fromLimits(Headers headers, Instant now) {
        Duration exhausted = longest(resets(headers, now, RateLimitHeaders.Limit::exhausted));
        return exhausted != null
                ? exhausted
                : resets(headers, now, limit -> true)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
    }

    private static Stream<Duration> resets(Headers headers, Instant now, Predicate<RateLimitHeaders.Limit> which) {
        return RateLimitHeaders.parse(headers, now).stream()
                .filter(which)
                .map(RateLimitHeaders.Limit::resetIn)
                .filter(RetryAfter::positive)
                .map(Objects::requireNonNull)
                .filter(wait -> wait.compareTo(LONGEST) <= 0);
    }

    private static @Nullable Duration longest(Stream<? extends @Nullable Duration> waits) {
        return waits.filter(RetryAfter::positive)
                .map(Objects::requireNonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static boolean positive(@Nullable Duration wait) {
        return wait != null && !wait.isNegative() && !wait.isZero();
    }
}
