package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Suggestion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code token_accounting.tiers}: other figures for some limits. The first tier that matches holds.
 *
 * @param limits the name of a limit to its tokens
 * @param costLimits the name of a cost limit to its US dollars
 */
public record TierConfig(String name, Match match, Map<String, Most> limits, Map<String, Most> costLimits) {

    /** US dollars of a limit. */
    static final ScalarType<Double> COST = Types.number(0.000001, 1e9);

    private static final String UNLIMITED = "unlimited";

    /** A figure; infinite for {@code unlimited}. */
    public record Most(double value) {

        public Object plain() {
            if (Double.isInfinite(value)) {
                return UNLIMITED;
            }
            return value == Math.rint(value) ? (Object) (long) value : value;
        }
    }

    /**
     * {@code match}: a header with a value, or the name of a client's key.
     *
     * @param key that stands in {@code server.api_keys}
     */
    public record Match(@Nullable String header, @Nullable String value, @Nullable String key) {

        static Match read(Section s) {
            if (s.has("key") == s.has("header")) {
                s.error(
                        "key",
                        s.has("key")
                                ? "cannot be used together with header; keep one of them"
                                : "is required, or header and value");
            }
            if (s.has("header") != s.has("value")) {
                s.error(
                        s.has("header") ? "value" : "header",
                        "is required with " + (s.has("header") ? "header" : "value"));
            }
            return new Match(s.get("header", Types.TEXT), s.get("value", Types.TEXT), s.get("key", Types.TEXT));
        }
    }

    private static ScalarType<Most> most(ScalarType<? extends Number> type) {
        return scalar -> new Most(
                scalar.text().equals(UNLIMITED)
                        ? Double.POSITIVE_INFINITY
                        : type.parse(scalar).doubleValue());
    }

    static TierConfig read(Section s, List<String> limits, List<String> costLimits) {
        return new TierConfig(
                s.require("name", Types.TEXT, ""),
                s.section("match", Match::read),
                s.section("limits", section -> figures(section, Types.integer(1), limits, "limits")),
                s.section("cost_limits", section -> figures(section, COST, costLimits, "cost_limits")));
    }

    private static Map<String, Most> figures(
            Section s, ScalarType<? extends Number> type, List<String> known, String list) {
        Map<String, Most> figures = s.scalars(most(type));
        for (String name : figures.keySet()) {
            if (!known.contains(name)) {
                String defined = known.isEmpty() ? "none" : String.join(", ", known);
                s.error(
                        name,
                        "there is no limit \"" + name + "\" in token_accounting." + list
                                + Suggestion.of(name, known, "defined: " + defined));
            }
        }
        return figures;
    }
}
