package dev.loom.gateway.accounts;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which sums are wanted.
 *
 * @param account null: of all
 * @param from seconds since 1970, the beginning of a minute
 * @param to the end of it, not included
 * @param step seconds of a span that one sum is of, whole minutes; 0: all of the time is one span
 * @param byAccount a sum for each account
 * @param byModel a sum for each model of each provider
 */
public record UsageQuery(@Nullable String account, long from, long to, long step, boolean byAccount, boolean byModel) {

    private static final long MINUTE = 60;

    /** Since so long ago, to the minute. */
    public static UsageQuery since(Instant now, Duration ago) {
        long from = now.minus(ago).getEpochSecond() / MINUTE * MINUTE;
        return new UsageQuery(null, from, Long.MAX_VALUE, 0, false, false);
    }

    public UsageQuery of(String wanted) {
        return new UsageQuery(wanted, from, to, step, byAccount, byModel);
    }

    /** Only what was before. */
    public UsageQuery before(long end) {
        return new UsageQuery(account, from, end, step, byAccount, byModel);
    }

    public UsageQuery each(Duration span) {
        return new UsageQuery(account, from, to, Math.max(1, span.toMinutes()) * MINUTE, byAccount, byModel);
    }

    public UsageQuery perAccount() {
        return new UsageQuery(account, from, to, step, true, byModel);
    }

    public UsageQuery perModel() {
        return new UsageQuery(account, from, to, step, byAccount, true);
    }
}
