package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a provider's connections are used more than once. One that sends bytes that nobody asked for may send them at
 * any time, also while the next answer is awaited, for which they would be taken. Thread-safe.
 */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    /** Long enough that a constant fault costs next to nobody an answer, short enough that a mended one is forgotten. */
    static final Duration LOST_FOR = Duration.ofMinutes(10);

    private final String provider;
    private final TimeSource time;
    private volatile long lostUntilNanos;
    private volatile boolean everLost;
    private volatile boolean seenSilent;
    private volatile boolean answersUnasked;

    Trust(String provider, TimeSource time) {
        this.provider = provider;
        this.time = time;
    }

    String provider() {
        return provider;
    }

    TimeSource time() {
        return time;
    }

    /** Whether its new connections are worth a wait: none was seen to be silent yet, or trust was lost by an answer. */
    boolean isDoubtful() {
        return !seenSilent || (answersUnasked && !given());
    }

    /** A new connection was waited on, and nothing came. */
    void seenSilent() {
        seenSilent = true;
    }

    boolean given() {
        return !everLost || time.nanoTime() - lostUntilNanos >= 0;
    }

    /**
     * Bytes were found that nobody asked for.
     *
     * @param answer whether they may be an answer, and not the line ends or the like that some servers write behind one
     */
    void lose(boolean answer) {
        boolean news = given();
        answersUnasked |= answer;
        lostUntilNanos = time.nanoTime() + LOST_FOR.toNanos();
        everLost = true;
        if (news) {
            LOG.warn(
                    "provider '{}' sent bytes that belong to no request: none of its connections is used twice for the next"
                            + " {} minutes",
                    provider,
                    LOST_FOR.toMinutes());
        }
    }
}
