package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * A count of tokens in what a provider sent: a whole number from 0, also as {@code 3.0}, or as the text {@code "3"}, as
 * some servers send it. All else is none.
 */
public final class TokenFigure {

    /** Nothing stands there. */
    public static final long UNSAID = -1;

    /** What stands there is no count. */
    public static final long INVALID = -2;

    /** Tokens. The largest context windows have 10 million, and no answer is as long. */
    public static final long MOST = 10_000_000;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private TokenFigure() {}

    /** A count, which may be more than there can be, or {@link #UNSAID}, or {@link #INVALID}; never throws. */
    public static long of(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return UNSAID;
        } else if (node.isTextual()) {
            return DIGITS.matcher(node.textValue()).matches() ? Long.parseLong(node.textValue()) : INVALID;
        } else if (node.isIntegralNumber()) {
            return node.canConvertToLong() && node.longValue() >= 0 ? node.longValue() : INVALID;
        }
        double value = node.isNumber() ? node.doubleValue() : INVALID;
        return value >= 0 && value <= MOST && value == Math.rint(value) ? (long) value : INVALID;
    }

    /** The same, for a part of another count: 0 where nothing stands there. */
    public static long ofPart(JsonNode node) {
        return isSaid(node) ? of(node) : 0;
    }

    public static boolean isSaid(JsonNode node) {
        return of(node) != UNSAID;
    }

    /** Whether there can be so many. */
    public static boolean isPlausible(long figure) {
        return figure >= 0 && figure <= MOST;
    }

    /** No count unless all of them are; what is unsaid adds nothing to what is said. */
    public static long sum(long... figures) {
        long sum = UNSAID;
        for (long figure : figures) {
            if (figure != UNSAID && !isPlausible(figure)) {
                return INVALID;
            }
            sum = figure == UNSAID ? sum : Math.max(0, sum) + figure;
        }
        return sum;
    }
}
