package dev.loom.gateway.provider.errors;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways in which providers write how long to wait. All methods give null for what they cannot read. */
final class WireDuration {

    private static final Pattern PART = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,15})?)(ms|us|µs|ns|s|m|h|d)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(?:\\.\\d{1,15})?");
    private static final Map<String, Double> SECONDS =
            Map.of("ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0, "d", 86_400.0);
    private static final int LONGEST_TEXT = 64;

    private WireDuration() {}

    /** {@code 1m6.779s}, {@code 120ms} as OpenAI and Google write it; a bare number is seconds, as Azure writes it. */
    static @Nullable Duration relative(@Nullable String text) {
        Duration seconds = number(text, 1);
        return seconds != null || text == null || text.length() > LONGEST_TEXT ? seconds : units(text.strip());
    }

    private static @Nullable Duration units(String text) {
        Matcher matcher = PART.matcher(text);
        double seconds = 0;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            seconds += Double.parseDouble(matcher.group(1)) * SECONDS.getOrDefault(matcher.group(2), 0.0);
            end = matcher.end();
        }
        return end > 0 && end == text.length() ? ofSeconds(seconds) : null;
    }

    /** A bare number that is not negative, of units of {@code secondsPerUnit}. */
    static @Nullable Duration number(@Nullable String text, double secondsPerUnit) {
        if (text == null || !NUMBER.matcher(text.strip()).matches()) {
            return null;
        }
        return ofSeconds(Double.parseDouble(text.strip()) * secondsPerUnit);
    }

    /** To the nearest microsecond, so that 0.1 and its like come out as they were written. */
    private static Duration ofSeconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.min(seconds, 1e9) * 1e6) * 1000);
    }

    /** The time until an HTTP date, negative for one in the past. */
    static @Nullable Duration untilHttpDate(@Nullable String text, Instant now) {
        return until(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT), now);
    }

    /** The time until an RFC 3339 time, negative for one in the past. */
    static @Nullable Duration untilTimestamp(@Nullable String text, Instant now) {
        return until(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME, now);
    }

    private static @Nullable Duration until(@Nullable String text, DateTimeFormatter format, Instant now) {
        if (text == null || text.length() > LONGEST_TEXT) {
            return null;
        }
        try {
            return Duration.between(now, format.parse(text.strip(), Instant::from));
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }
}
