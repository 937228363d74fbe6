package dev.loom.gateway.traffic;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question that has been sent already, so that several can be on their way at once: it is waited for when
 * it is wanted. Thread-safe.
 */
public final class Asked<T> implements Supplier<T> {

    private @Nullable Supplier<T> wait;
    private @Nullable T answer;

    private Asked(@Nullable Supplier<T> wait, @Nullable T answer) {
        this.wait = wait;
        this.answer = answer;
    }

    public static <T> Asked<T> known(T answer) {
        return new Asked<>(null, answer);
    }

    /** @param wait for the answer; called once at most */
    public static <T> Asked<T> sent(Supplier<T> wait) {
        return new Asked<>(wait, null);
    }

    /** Whether nobody needs to wait any more. */
    public synchronized boolean isKnown() {
        return wait == null;
    }

    /** Waits for the answer, the first time. */
    @Override
    public synchronized T get() {
        Supplier<T> left = wait;
        T known = left == null ? answer : left.get();
        wait = null;
        answer = known;
        if (known == null) {
            throw new IllegalStateException("An answer is never null");
        }
        return known;
    }

    /** The same, waited for. */
    public Asked<T> now() {
        get();
        return this;
    }
}
