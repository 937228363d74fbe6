package dev.loom.gateway.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a provider's answers, good and bad, say about how much it would still take. */
public final class RateLimitHeaders {

    private static final List<String> OPENAI = List.of("requests", "tokens", "input-images");
    private static final List<String> ANTHROPIC = List.of("requests", "tokens", "input-tokens", "output-tokens");

    /**
     * One limit.
     *
     * @param name as in the header: {@code requests}, {@code tokens}, {@code input-tokens}, ...
     * @param limit the whole, null where the provider does not say
     * @param remaining what is left of it, null where the provider does not say (Azure may say -1)
     * @param resetIn until it is whole again, not negative, null where the provider does not say
     */
    public record Limit(String name, @Nullable Long limit, @Nullable Long remaining, @Nullable Duration resetIn) {

        boolean exhausted() {
            return remaining != null && remaining == 0;
        }
    }

    private RateLimitHeaders() {}

    /** Every limit that the headers speak of. Never throws. */
    public static List<Limit> parse(Headers headers, Instant now) {
        List<Limit> limits = new ArrayList<>();
        for (String name : OPENAI) {
            Duration resetIn = WireDuration.relative(headers.get("x-ratelimit-reset-" + name));
            add(limits, name, "x-ratelimit-limit-" + name, "x-ratelimit-remaining-" + name, resetIn, headers);
        }
        for (String name : ANTHROPIC) {
            String prefix = "anthropic-ratelimit-" + name;
            Duration resetIn = notNegative(WireDuration.untilTimestamp(headers.get(prefix + "-reset"), now));
            add(limits, name, prefix + "-limit", prefix + "-remaining", resetIn, headers);
        }
        return limits;
    }

    private static void add(
            List<Limit> limits,
            String name,
            String limitHeader,
            String remainingHeader,
            @Nullable Duration resetIn,
            Headers headers) {
        Long limit = count(headers.get(limitHeader));
        Long remaining = count(headers.get(remainingHeader));
        if (limit != null || remaining != null || resetIn != null) {
            limits.add(new Limit(name, limit, remaining, resetIn));
        }
    }

    private static @Nullable Long count(@Nullable String text) {
        try {
            Long value = text == null ? null : Long.valueOf(text.strip());
            return value == null || value < 0 ? null : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Duration notNegative(@Nullable Duration duration) {
        return duration != null && duration.isNegative() ? Duration.ZERO : duration;
    }
}
