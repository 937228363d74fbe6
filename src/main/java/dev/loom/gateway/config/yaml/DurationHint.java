package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How to write a duration that other tools take in another form: {@code 30}, {@code 30 s}, {@code 30sec}, {@code 1h30m},
 * {@code 2 weeks}, {@code monthly}.
 */
public final class DurationHint {

    private static final Pattern PART = Pattern.compile(
            "(\\d{1,9})\\s*(?:(ms|msecs?|milli[a-z]*)|(s|secs?|seconds?)"
                    + "|(m|mins?|minutes?)|(h|hrs?|hours?)|(d|days?)|(w|wks?|weeks?)|(mo|mon|months?)|(y|yrs?|years?))(?![a-z])\\s*");

    /** In the order of the groups above. Weeks, months and years are written in days. */
    private static final List<String> UNITS = List.of("ms", "s", "m", "h", "d", "d", "d", "d");

    /** How many of the unit before it each of them holds; of days, where it is written in days. */
    private static final List<Integer> TIMES = List.of(1, 1000, 60, 60, 24, 7, 30, 365);

    private static final int DAYS = 4;

    private static final Pattern WORD = Pattern.compile(
            "(?:(?:per|each|every|an?|one)[ _-]?)?(?:calendar[ _-]?)?(second|minute|hour|day|dai|week|month|year|annual)(?:s|ly)?");

    private static final Map<String, String> WORDS = Map.of(
            "second", "1s",
            "minute", "1m",
            "hour", "1h",
            "day", "1d",
            "dai", "1d",
            "week", "7d",
            "month", "30d",
            "year", "365d",
            "annual", "365d");

    /** {@code 1.5s}; without a unit: seconds. */
    private static final Pattern BROKEN = Pattern.compile("(\\d{1,6}\\.\\d{1,3})\\s*(ms|s|m|h|d)?");

    /** Months in some tools, minutes by a slip in others. */
    private static final Pattern CAPITAL = Pattern.compile("(\\d{1,6})M");

    private DurationHint() {}

    /** Nothing where it is not clear what is meant, and for the value of a variable, which may be a secret. */
    public static String of(Scalar scalar) {
        return scalar.written() == null ? of(scalar.text()) : "";
    }

    /** Nothing where it is not clear what is meant. */
    public static String of(String written) {
        String text = written.strip().toLowerCase(Locale.ROOT);
        if (text.matches("\\d{1,9}")) {
            return "; add the unit: " + text + "s";
        }
        Matcher broken = BROKEN.matcher(text);
        if (broken.matches()) {
            return broken(broken);
        }
        Matcher capital = CAPITAL.matcher(written.strip());
        if (capital.matches()) {
            long count = Long.parseLong(capital.group(1));
            return "; write " + count + "m for minutes, or " + 30 * count + "d for months";
        }
        Matcher word = WORD.matcher(text);
        if (word.matches()) {
            return "; write " + WORDS.get(word.group(1));
        }
        List<MatchResult> parts = PART.matcher(text).results().toList();
        boolean all = !parts.isEmpty()
                && parts.stream().mapToInt(part -> part.group().length()).sum() == text.length();
        return all ? "; write one number and one unit: " + sum(parts) : "";
    }

    /** In the longest unit of which it is a whole number. */
    private static String broken(Matcher parts) {
        BigDecimal number = new BigDecimal(parts.group(1));
        int unit = parts.group(2) == null ? 1 : UNITS.indexOf(parts.group(2));
        while (unit > 0 && number.stripTrailingZeros().scale() > 0) {
            number = number.multiply(BigDecimal.valueOf(TIMES.get(unit)));
            unit--;
        }
        number = number.stripTrailingZeros();
        return number.scale() > 0 || number.signum() == 0
                ? ""
                : "; write a whole number: " + number.toPlainString() + UNITS.get(unit);
    }

    /** In the shortest unit of them. */
    private static String sum(List<MatchResult> parts) {
        int shortest = parts.stream().mapToInt(DurationHint::unit).min().orElseThrow();
        BigInteger sum = BigInteger.ZERO;
        for (MatchResult part : parts) {
            int unit = unit(part);
            BigInteger value = new BigInteger(part.group(1));
            if (unit > DAYS) {
                value = value.multiply(BigInteger.valueOf(TIMES.get(unit)));
            }
            for (int of = Math.min(unit, DAYS); of > shortest; of--) {
                value = value.multiply(BigInteger.valueOf(TIMES.get(of)));
            }
            sum = sum.add(value);
        }
        return sum + UNITS.get(shortest);
    }

    private static int unit(MatchResult part) {
        return (int) IntStream.range(2, 2 + UNITS.size())
                .takeWhile(group -> part.group(group) == null)
                .count();
    }
}
