package dev.loom.gateway.accounts;

import java.time.Duration;

/**
 * How an account stands within one limit.
 *
 * @param used in the window, with what requests under way may use; tokens or nano-dollars
 * @param most {@link Limit#UNLIMITED} for no limit
 * @param reset until nothing of it counts any more; zero where nothing does
 */
public record Standing(Limit limit, long used, long most, Duration reset) {

    public boolean isLimited() {
        return most != Limit.UNLIMITED;
    }

    /** Not below zero. */
    public long remaining() {
        return Math.max(0, most - used);
    }

    /** Of the limit, that is used: 1 at the limit. */
    public double share() {
        return isLimited() ? (double) used / most : 0;
    }
}
