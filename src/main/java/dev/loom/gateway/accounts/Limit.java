package dev.loom.gateway.accounts;

import dev.loom.gateway.config.accounts.CostLimitConfig;
import dev.loom.gateway.config.accounts.TokenLimitConfig;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limit that every account has; how much it allows is a matter of the account's tier.
 *
 * @param align null: the window slides; {@code day} or {@code month}
 * @param zone in which those begin
 * @param most tokens or nano-dollars, without a tier
 */
public record Limit(String name, Kind kind, Duration window, @Nullable String align, ZoneId zone, long most) {

    /** What is counted. */
    public enum Kind {
        TOKENS,
        /** In nano-dollars. */
        COST
    }

    /** Of a dollar. */
    public static final double NANO = 1e9;

    /** For {@code unlimited}. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    static Limit of(TokenLimitConfig config, ZoneId zone) {
        return new Limit(config.name(), Kind.TOKENS, config.window(), config.align(), zone, config.maxTokens());
    }

    static Limit of(CostLimitConfig config, ZoneId zone) {
        return new Limit(config.name(), Kind.COST, config.window(), config.align(), zone, nano(config.maxCost()));
    }

    /** Of US dollars. */
    public static long nano(double dollars) {
        return Double.isInfinite(dollars) ? UNLIMITED : Math.round(dollars * NANO);
    }

    /** In tokens, or in US dollars. */
    public double figure(long amount) {
        return kind == Kind.TOKENS ? amount : amount / NANO;
    }

    Meter meter(long now) {
        return align == null
                ? new SlidingMeter(window.toMillis(), now)
                : new CalendarMeter(align.equals("month"), zone, now);
    }

    /** Whether a meter of the other measures what one of this does. */
    boolean measuresAs(Limit other) {
        return isSame(other)
                && window.equals(other.window)
                && Objects.equals(align, other.align)
                && zone.equals(other.zone);
    }

    /** Whether the other is this one, perhaps with another window. */
    boolean isSame(Limit other) {
        return kind == other.kind && name.equals(other.name);
    }
}
