package dev.loom.gateway.traffic;

import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one provider says of the tokens that its answers took, as far as it can be true. Thread-safe. */
final class UsageReports {

    private static final Logger LOG = LoggerFactory.getLogger(UsageReports.class);

    /** Tokens. The largest context windows have 10 million, and no answer is as long. */
    static final long MOST = 10_000_000;

    static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final String provider;
    private final TimeSource time;
    private final AtomicLong nextWarning;

    UsageReports(String provider, TimeSource time) {
        this.provider = provider;
        this.time = time;
        this.nextWarning = new AtomicLong(time.nanoTime());
    }

    /** The report, or null where it counts more than there can be: the gateway's own estimate stands in its place. */
    @Nullable
    Usage believed(@Nullable Usage reported) {
        if (reported == null || (reported.input() <= MOST && reported.output() <= MOST)) {
            return reported;
        }
        long now = time.nanoTime();
        long due = nextWarning.get();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.warn(
                    "provider '{}' reports {} input and {} output tokens for one answer: over {} is not believed, and the"
                            + " gateway's own estimate counts",
                    provider,
                    reported.input(),
                    reported.output(),
                    MOST);
        }
        return null;
    }
}
