package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** How to write a duration that other tools take in another form: {@code 30}, {@code 30 s}, {@code 30sec}, {@code 1h30m}. */
public final class DurationHint {

    private static final Pattern PART = Pattern.compile("(\\d{1,9})\\s*(?:(ms|msecs?|milli[a-z]*)|(s|secs?|seconds?)"
            + "|(m|mins?|minutes?)|(h|hrs?|hours?)|(d|days?))(?![a-z])\\s*");

    /** In the order of the groups above. */
    private static final List<String> UNITS = List.of("ms", "s", "m", "h", "d");

    /** How many of the unit before it each of them holds. */
    private static final List<Integer> TIMES = List.of(1, 1000, 60, 60, 24);

    private DurationHint() {}

    /** Nothing where it is not clear what is meant, and for the value of a variable, which may be a secret. */
    public static String of(Scalar scalar) {
        String text = scalar.text().strip().toLowerCase(Locale.ROOT);
        if (scalar.written() != null) {
            return "";
        }
        if (text.matches("\\d{1,9}")) {
            return "; add the unit: " + text + "s";
        }
        List<MatchResult> parts = PART.matcher(text).results().toList();
        boolean all = !parts.isEmpty()
                && parts.stream().mapToInt(part -> part.group().length()).sum() == text.length();
        return all ? "; write one number and one unit: " + sum(parts) : "";
    }

    /** In the shortest unit of them. */
    private static String sum(List<MatchResult> parts) {
        int shortest = parts.stream().mapToInt(DurationHint::unit).min().orElseThrow();
        BigInteger sum = BigInteger.ZERO;
        for (MatchResult part : parts) {
            BigInteger value = new BigInteger(part.group(1));
            for (int unit = unit(part); unit > shortest; unit--) {
                value = value.multiply(BigInteger.valueOf(TIMES.get(unit)));
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
