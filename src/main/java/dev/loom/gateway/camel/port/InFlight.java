package dev.loom.gateway.camel.port;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The requests under way, so that there are never too many, and so that a stop can wait for them or cut them short. Nobody
 * waits to get in or out: a port's event loop would stand behind virtual threads that have no carrier.
 */
public final class InFlight {

    /** One that is under way. */
    public interface Request {

        /** Ends it now: the gateway stops and can wait no longer. */
        void stop();
    }

    /** Of calls, and of requests that are admitted and are no calls yet. */
    private final AtomicInteger places = new AtomicInteger();

    private final LongAdder begun = new LongAdder();
    private final Set<Request> calls = ConcurrentHashMap.newKeySet();
    private final Set<Object> admitted = ConcurrentHashMap.newKeySet();
    private final Set<Object> passages = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();

    /**
     * Lets a request in at the port unless it is one too many. Its place is given back when it has {@link #left}, or with
     * the call that it becomes.
     *
     * @param most how many there may be
     */
    boolean admit(Object passage, int most) {
        return takePlace(most) && admitted.add(passage);
    }

    /** Whether the next one would be one too many. */
    boolean isFull(int most) {
        return places.get() >= most;
    }

    private boolean takePlace(int most) {
        int taken = places.get();
        while (taken < most) {
            if (places.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = places.get();
        }
        return false;
    }

    /**
     * Adds a call: in the place of the request that it was, or, from elsewhere, unless it is one too many.
     *
     * @param passage what may have been let in before
     * @param most how many there may be
     * @return false if there are as many already
     */
    public boolean add(Request call, Object passage, int most) {
        if (!admitted.remove(passage) && !takePlace(most)) {
            return false;
        }
        begun.increment();
        return calls.add(call);
    }

    public void remove(Request call) {
        if (calls.remove(call)) {
            places.decrementAndGet();
        }
        if (calls.isEmpty()) {
            tellThatNoneIsLeft();
        }
    }

    private void tellThatNoneIsLeft() {
        lock.lock();
        try {
            none.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Something is on its way through the routes: a request since it came in at the port, or a step of a flow. */
    public void entered(Object passage) {
        passages.add(passage);
    }

    /** It has left the routes. */
    public void left(Object passage) {
        passages.remove(passage);
        if (admitted.remove(passage)) {
            places.decrementAndGet();
        }
    }

    /** Everything that is on its way through the routes now. */
    public Set<Object> passages() {
        return Set.copyOf(passages);
    }

    public boolean haveLeft(Set<Object> some) {
        return Collections.disjoint(passages, some);
    }

    /** Calls since the start. */
    public long begun() {
        return begun.sum();
    }

    public int count() {
        return calls.size();
    }

    /** @return true if none is left, false if the time ran out before */
    public boolean awaitNone(Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lock();
        try {
            while (!calls.isEmpty() && left > 0) {
                left = none.awaitNanos(left);
            }
            return calls.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    public void stopAll() {
        calls.forEach(Request::stop);
    }
}
