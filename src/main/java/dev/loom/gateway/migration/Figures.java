package dev.loom.gateway.migration;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Reads numbers and times. A variable stays one. What is no number, or too large a one, is noted. */
final class Figures {

    /** With a unit, ours have at most 11 digits. */
    private static final BigDecimal MOST_MILLISECONDS = BigDecimal.TEN.pow(11);

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private final Notes notes;

    Figures(Notes notes) {
        this.notes = notes;
    }

    /** Null for nothing and for what is no whole number from 0 to 999 999 999; else a number, or a text with a variable. */
    @Nullable
    Object whole(Item item) {
        if (!item.isWritten()) {
            return null;
        }
        String text = String.valueOf(item.text());
        if (Variables.is(text)) {
            return Variables.of(text);
        }
        if (text.matches("\\d{1,9}(\\.0+)?")) {
            return (int) Double.parseDouble(text);
        }
        notes.lost(item, "this must be a whole number");
        return null;
    }

    /** As {@link #whole}, for what cannot be a variable. */
    @Nullable
    Integer number(Item item) {
        if (whole(item) instanceof Integer number) {
            return number;
        }
        if (item.isWritten()) {
            notes.lost(item, "this must be a whole number");
        }
        return null;
    }

    /** Of seconds, as {@code 30s}, {@code 500ms} or {@code ${NAME}s}. */
    @Nullable
    String time(Item item) {
        if (!item.isWritten()) {
            return null;
        }
        String text = String.valueOf(item.text());
        if (Variables.is(text)) {
            notes.changed(item, "the variable must hold a whole number of seconds");
            return Variables.of(text) + "s";
        }
        BigDecimal milliseconds = text.matches("\\d{0,9}\\.?\\d{1,9}([eE][-+]?\\d)?")
                ? new BigDecimal(text).multiply(THOUSAND).stripTrailingZeros()
                : BigDecimal.ZERO;
        if (milliseconds.compareTo(BigDecimal.ONE) < 0 || milliseconds.compareTo(MOST_MILLISECONDS) >= 0) {
            notes.lost(item, "this must be a number of seconds above 0");
            return null;
        }
        return milliseconds.remainder(THOUSAND).signum() == 0
                ? milliseconds.divide(THOUSAND).toBigInteger() + "s"
                : milliseconds.toBigInteger() + "ms";
    }
}
