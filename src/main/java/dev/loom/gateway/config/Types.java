package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.DurationHint;
import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.ScalarType.Invalid;
import dev.loom.gateway.config.yaml.Suggestion;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of scalar that the file knows. */
public final class Types {

    private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?");
    private static final Pattern DURATION_TEXT = Pattern.compile("(\\d{1,11})(ms|s|m|h|d)");
    private static final Pattern SIZE_TEXT = Pattern.compile("(\\d{1,10}) ?(B|KB|MB|GB)?");
    private static final Pattern OTHER_SIZE = Pattern.compile("(\\d{1,10}) ?([kKmMgG])i?[bB]?");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    /** The longest duration that is accepted: more is a typing error, and nanoseconds would overflow at 292 years. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Types() {}

    /** Any scalar, as it is written: {@code 2024-02-15} needs no quotes. */
    public static final ScalarType<String> TEXT = scalar -> {
        check(!scalar.isNull() && !scalar.text().isBlank(), "must be text, not empty");
        return scalar.text();
    };

    /** Text on one line; never quoted in a message. */
    public static final ScalarType<Secret> SECRET = scalar -> {
        check(!CONTROL.matcher(scalar.text()).find(), "must not contain line breaks or control characters");
        return new Secret(scalar.text());
    };

    /** A secret that is sent in a header as it stands, of which blanks at its ends are no part. */
    public static final ScalarType<Secret> KEY = scalar -> {
        Secret secret = SECRET.parse(scalar);
        check(
                secret.value().strip().equals(secret.value()),
                "must not begin or end with a blank, which no request keeps");
        return secret;
    };

    public static final ScalarType<Boolean> FLAG = scalar -> {
        boolean yes = scalar.text().equalsIgnoreCase("true");
        boolean flag = yes || scalar.text().equalsIgnoreCase("false");
        check(flag && scalar.untyped(), "must be true or false, not " + scalar.shown() + quotes(scalar, flag));
        return yes;
    };

    /** A number with a unit; {@code 0} needs none. */
    public static final ScalarType<Duration> DURATION = scalar -> {
        if (scalar.text().equals("0")) {
            return Duration.ZERO;
        }
        Matcher parts = DURATION_TEXT.matcher(scalar.text());
        check(
                parts.matches(),
                "must be a duration such as 500ms, 30s, 5m, 1h or 7d, not " + scalar.shown() + DurationHint.of(scalar));
        Duration unit = TIME_UNITS.getOrDefault(parts.group(2), Duration.ZERO);
        Duration duration = unit.multipliedBy(Long.parseLong(parts.group(1)));
        check(duration.compareTo(LONGEST) <= 0, "must be at most 365d, not " + scalar.shown());
        return duration;
    };

    public static final ScalarType<Duration> POSITIVE_DURATION = scalar -> {
        Duration duration = DURATION.parse(scalar);
        check(!duration.isZero(), "must be longer than " + scalar.shown());
        return duration;
    };

    /** Bytes; a KB is 1024 of them. */
    public static final ScalarType<Long> SIZE = scalar -> {
        long bytes = size(scalar);
        check(bytes > 0, "must be at least 1 byte, not " + scalar.shown());
        return bytes;
    };

    /** The same, or 0 for nothing at all. */
    public static final ScalarType<Long> SIZE_OR_NONE = Types::size;

    private static long size(Scalar scalar) {
        Matcher parts = SIZE_TEXT.matcher(scalar.text());
        check(
                parts.matches(),
                "must be a size such as 20MB, 512KB or a number of bytes, not " + scalar.shown() + sizeHint(scalar));
        int power = parts.group(2) == null ? 0 : List.of("B", "KB", "MB", "GB").indexOf(parts.group(2));
        return Long.parseLong(parts.group(1)) << (10 * power);
    }

    /** {@code 50M}, {@code 50mb} and {@code 50MiB} are sizes elsewhere. */
    private static String sizeHint(Scalar scalar) {
        Matcher other = OTHER_SIZE.matcher(scalar.text());
        return scalar.written() == null && other.matches()
                ? "; write " + other.group(1) + other.group(2).toUpperCase(Locale.ROOT) + "B"
                : "";
    }

    public static final ScalarType<Long> LONG = scalar -> whole(scalar, "must be a whole number");

    public static ScalarType<Integer> integer(int least) {
        return integer(least, Integer.MAX_VALUE);
    }

    public static ScalarType<Integer> integer(int least, int most) {
        String range = most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        String wanted = "must be a whole number " + range;
        return scalar -> {
            long value = whole(scalar, wanted);
            check(value <= Integer.MAX_VALUE, wanted + " and at most " + Integer.MAX_VALUE + ", not " + scalar.shown());
            check(value >= least && value <= most, wanted + ", not " + scalar.shown());
            return (int) value;
        };
    }

    public static ScalarType<Double> number(double least, double most) {
        String range = most == Double.MAX_VALUE
                ? "of at least " + plain(least)
                : "from " + plain(least) + " to " + plain(most);
        return scalar -> {
            boolean number = DECIMAL.matcher(scalar.text()).matches();
            double value = number && scalar.untyped() ? Double.parseDouble(scalar.text()) : Double.NaN;
            check(
                    value >= least && value <= most,
                    "must be a number " + range + ", not " + scalar.shown() + quotes(scalar, number));
            return value;
        };
    }

    /** One of a closed set of words, or {@code bean:} and a name where {@code beans} is true. */
    public static ScalarType<String> choice(boolean beans, String... words) {
        List<String> choices = List.of(words);
        String listed = String.join(", ", choices) + (beans ? ", bean:<name>" : "");
        return scalar -> {
            boolean known =
                    choices.contains(scalar.text()) || (beans && scalar.text().matches("bean:\\S+"));
            check(
                    known,
                    "must be one of " + listed + ", not " + scalar.shown() + Suggestion.of(scalar.text(), choices));
            return scalar.text();
        };
    }

    public static ScalarType<String> matching(String pattern, String wanted) {
        return scalar -> {
            check(scalar.text().matches(pattern), "must be " + wanted + ", not " + scalar.shown());
            return scalar.text();
        };
    }

    public static void check(boolean valid, String message) {
        if (!valid) {
            throw new Invalid(message);
        }
    }

    private static long whole(Scalar scalar, String wanted) {
        boolean whole = INTEGER.matcher(scalar.text()).matches();
        check(whole && scalar.untyped(), wanted + ", not " + scalar.shown() + quotes(scalar, whole));
        return Long.parseLong(scalar.text());
    }

    /** @param otherwiseRight whether nothing but the quotes makes it wrong */
    private static String quotes(Scalar scalar, boolean otherwiseRight) {
        if (scalar.text().startsWith("$")) {
            return "; remove the $";
        }
        return otherwiseRight && !scalar.untyped() ? "; remove the quotes" : "";
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
