package dev.loom.gateway.traffic;

import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider is to be left alone, and why. A longer cool-down replaces a running one, a shorter one does not
 * cut it. Thread-safe: one immutable value, replaced atomically.
 */
public final class CoolDown {

    /** Whatever a provider asks for, it is tried again after a day. */
    public static final Duration LONGEST = Duration.ofHours(24);

    /** For a provider that answers 429 without a Retry-After. */
    public static final Duration RATE_LIMITED = Duration.ofSeconds(5);

    /** For an empty account or a refused key: a person has to act, so asking sooner helps nobody. */
    public static final Duration ACCOUNT = Duration.ofMinutes(30);

    /** Whoever else must know. Is called on the thread that changes a cool-down, and must not wait. */
    public interface Others {

        /** Of an instance that stands alone. */
        Others NONE = new Others() {
            @Override
            public void began(Duration length, Outcome reason) {
                // Nobody else is there.
            }

            @Override
            public void ended() {
                // Nobody else is there.
            }
        };

        void began(Duration length, Outcome reason);

        void ended();
    }

    private record Pause(long end, Instant until, Outcome reason) {}

    private final TimeSource time;
    private final Others others;
    private final AtomicReference<@Nullable Pause> current = new AtomicReference<>();

    public CoolDown(TimeSource time) {
        this(time, Others.NONE);
    }

    /** @param others are told of what begins and ends here */
    public CoolDown(TimeSource time, Others others) {
        this.time = time;
        this.others = others;
    }

    /**
     * How long a provider cools down after an outcome; zero where it does not.
     *
     * @param retryAfter what the provider asked for, null where it did not say
     */
    public static Duration lengthAfter(Outcome outcome, @Nullable Duration retryAfter) {
        return switch (outcome) {
            case RATE_LIMITED -> retryAfter != null ? retryAfter : RATE_LIMITED;
            case QUOTA, CREDENTIAL -> retryAfter != null && retryAfter.compareTo(ACCOUNT) > 0 ? retryAfter : ACCOUNT;
            default -> Duration.ZERO;
        };
    }

    /** Cools down from now on for this long, {@link #LONGEST} at most, unless it does so for longer anyway. */
    public void extend(Duration length, Outcome reason) {
        if (hear(length, reason)) {
            others.began(length, reason);
        }
    }

    /**
     * As {@link #extend}, at the word of another instance, which needs to be told to nobody.
     *
     * @return whether it lasts longer now than before
     */
    public boolean hear(Duration length, Outcome reason) {
        Duration bounded = length.compareTo(LONGEST) > 0 ? LONGEST : length;
        long now = time.nanoTime();
        Pause wanted = new Pause(now + bounded.toNanos(), time.instant().plus(bounded), reason);
        return wanted.equals(current.accumulateAndGet(wanted, (running, next) -> longer(running, next, now)));
    }

    private static @Nullable Pause longer(@Nullable Pause running, @Nullable Pause next, long now) {
        if (running == null || next == null || running.end - now <= 0) {
            return next;
        }
        return running.end - next.end >= 0 ? running : next;
    }

    /** Zero when it is over. */
    public Duration remaining() {
        Pause pause = current.get();
        return pause == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, pause.end - time.nanoTime()));
    }

    public boolean active() {
        return !remaining().isZero();
    }

    /** The time of day at which it ends, or null when it is over. */
    public @Nullable Instant until() {
        Pause pause = running();
        return pause == null ? null : pause.until;
    }

    /** What began it, or null when it is over. */
    public @Nullable Outcome reason() {
        Pause pause = running();
        return pause == null ? null : pause.reason;
    }

    private @Nullable Pause running() {
        Pause pause = current.get();
        return pause != null && pause.end - time.nanoTime() > 0 ? pause : null;
    }

    /** Ends it. */
    public void clear() {
        forget();
        others.ended();
    }

    /** As {@link #clear}, at the word of another instance. */
    public void forget() {
        current.set(null);
    }
}
