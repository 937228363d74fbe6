package dev.loom.gateway.traffic;

import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one provider says of the tokens that its answers took, as far as it can be true. Thread-safe. */
final class UsageReports {

    private static final Logger LOG = LoggerFactory.getLogger(UsageReports.class);

    static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final String provider;
    private final TimeSource time;
    private final AtomicLong nextWarning;

    UsageReports(String provider, TimeSource time) {
        this.provider = provider;
        this.time = time;
        this.nextWarning = new AtomicLong(time.nanoTime());
    }

    /** The report, with the gateway's own estimate in the place of each figure that is missing or cannot be true. */
    Usage believed(Usage reported, Usage estimate) {
        if (reported.isPlausible()) {
            return reported;
        }
        Usage believed = reported.or(estimate);
        if (isUntrue(reported, believed)) {
            warn(reported, believed);
        }
        return believed;
    }

    /** What is only missing is no untruth. */
    private static boolean isUntrue(Usage reported, Usage believed) {
        return (reported.input() != TokenFigure.UNSAID && reported.input() != believed.input())
                || (reported.output() != TokenFigure.UNSAID && reported.output() != believed.output())
                || reported.cached() != believed.cached()
                || reported.reasoning() != believed.reasoning();
    }

    private void warn(Usage reported, Usage believed) {
        long now = time.nanoTime();
        long due = nextWarning.get();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.warn(
                    "provider '{}' reports counts of tokens for one answer that cannot be true: {} input ({} of them cached)"
                            + " and {} output ({} of them reasoning). A count is a whole number from 0 to {}, and a part"
                            + " is no more than the whole. The gateway counts {} input and {} output tokens",
                    provider,
                    figure(reported.input()),
                    figure(reported.cached()),
                    figure(reported.output()),
                    figure(reported.reasoning()),
                    TokenFigure.MOST,
                    believed.input(),
                    believed.output());
        }
    }

    private static String figure(long figure) {
        return figure == TokenFigure.UNSAID ? "no" : figure < 0 ? "an invalid number of" : Long.toString(figure);
    }
}
