package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.DurationHint;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code limits} and {@code cost_limits} of {@code token_accounting}, whose entries have names. */
final class AccountLimits {

    private static final ScalarType<String> NAME =
            Types.matching("[A-Za-z0-9_-]{1,64}", "a name of letters, digits, - and _");

    /** What people call these windows. */
    private static final Map<Duration, String> NAMES = Map.of(
            Duration.ofMinutes(1), "per_minute",
            Duration.ofHours(1), "per_hour",
            Duration.ofDays(1), "per_day",
            Duration.ofDays(7), "per_week",
            Duration.ofDays(30), "per_month");

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** What may be meant beside the length of the window, by the hint at that. */
    private static final Map<String, String> ALIGNED = Map.of("; write 1d", "day", "; write 30d", "month");

    /** Many call a window by the part of the calendar that they mean. */
    private static final ScalarType<Duration> WINDOW = scalar -> {
        try {
            return Types.POSITIVE_DURATION.parse(scalar);
        } catch (ScalarType.Invalid invalid) {
            String align = ALIGNED.get(DurationHint.of(scalar));
            throw new ScalarType.Invalid(
                    invalid.getMessage() + (align == null ? "" : ", or align: " + align + " in the place of window"));
        }
    };

    /** Makes one entry. */
    private interface Maker<T> {
        T make(String name, Duration window, @Nullable String align);
    }

    private final Set<String> names = new LinkedHashSet<>();

    private AccountLimits() {}

    static List<TokenLimitConfig> tokens(Section s) {
        AccountLimits reader = new AccountLimits();
        return s.sections(
                "limits",
                limit -> reader.read(
                        limit,
                        (name, window, align) -> new TokenLimitConfig(
                                name, window, align, limit.require("max_tokens", Types.integer(1), 1))));
    }

    static List<CostLimitConfig> costs(Section s) {
        AccountLimits reader = new AccountLimits();
        return s.sections(
                "cost_limits",
                limit -> reader.read(
                        limit,
                        (name, window, align) -> new CostLimitConfig(
                                name, window, align, limit.require("max_cost", TierConfig.COST, 1.0))));
    }

    private <T> T read(Section s, Maker<T> maker) {
        String align = s.get("align", Types.choice(false, "day", "month"));
        Duration window = window(s, align);
        String name = s.get("name", NAME, defaultName(window, align));
        if (!names.add(name)) {
            s.error("name", "is the name \"" + name + "\" of an earlier limit; give each limit a name of its own");
        }
        return maker.make(name, window, align);
    }

    private static Duration window(Section s, @Nullable String align) {
        Duration written = s.get("window", WINDOW);
        if (align == null) {
            return sliding(s, written);
        }
        Duration whole = align.equals("day") ? Duration.ofDays(1) : Duration.ofDays(31);
        if (written != null && !(align.equals("day") && written.equals(whole))) {
            s.error("window", "is not needed with align: " + align + "; remove it");
        }
        return whole;
    }

    private static Duration sliding(Section s, @Nullable Duration written) {
        if (written == null) {
            s.errorUnlessReported("window", "is required, or align: day or month in its place");
            return Duration.ofMinutes(1);
        }
        if (written.compareTo(SHORTEST) < 0) {
            s.error("window", "must be at least 1s");
        }
        return written;
    }

    private static String defaultName(Duration window, @Nullable String align) {
        if (align != null) {
            return align.equals("day") ? "per_day" : "per_month";
        }
        return NAMES.getOrDefault(window, "per_" + window.toSeconds() + "s");
    }

    /** The names that tiers may use. */
    static List<String> names(List<TokenLimitConfig> limits) {
        return limits.stream().map(TokenLimitConfig::name).toList();
    }

    static List<String> costNames(List<CostLimitConfig> limits) {
        return limits.stream().map(CostLimitConfig::name).toList();
    }

    /** Places of the entries that a list holds, in its order. */
    static List<Place> places(Section s, String key) {
        List<Place> places = new ArrayList<>();
        for (Mapping entry : s.mapping().mappings(key)) {
            places.add(entry.at());
        }
        return places;
    }
}
