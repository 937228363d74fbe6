package dev.loom.gateway.provider.errors;

import dev.loom.gateway.provider.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a provider's answers, good and bad, say about how much it would still take. */
public final class RateLimitHeaders {

    /** The headers of one limit. */
    private record Names(String name, String limit, String remaining, String reset) {

        static Names openAi(String name) {
            return new Names(
                    name, "x-ratelimit-limit-" + name, "x-ratelimit-remaining-" + name, "x-ratelimit-reset-" + name);
        }

        static Names anthropic(String name) {
            String prefix = "anthropic-ratelimit-" + name;
            return new Names(name, prefix + "-limit", prefix + "-remaining", prefix + "-reset");
        }
    }

    private static final List<Names> OPENAI =
            Stream.of("requests", "tokens", "input-images").map(Names::openAi).toList();
    private static final List<Names> ANTHROPIC = Stream.of("requests", "tokens", "input-tokens", "output-tokens")
            .map(Names::anthropic)
            .toList();

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
        for (Names names : OPENAI) {
            add(limits, names, WireDuration.relative(headers.get(names.reset)), headers);
        }
        for (Names names : ANTHROPIC) {
            add(limits, names, notNegative(WireDuration.untilTimestamp(headers.get(names.reset), now)), headers);
        }
        return limits;
    }

    private static void add(List<Limit> limits, Names names, @Nullable Duration resetIn, Headers headers) {
        Long limit = count(headers.get(names.limit));
        Long remaining = count(headers.get(names.remaining));
        if (limit != null || remaining != null || resetIn != null) {
            limits.add(new Limit(names.name, limit, remaining, resetIn));
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
