package dev.loom.gateway.camel.port;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The requests under way, so that there are never too many, and so that a stop can wait for them or cut them short. */
public final class InFlight {

    /** One that is under way. */
    public interface Request {

        /** Ends it now: the gateway stops and can wait no longer. */
        void stop();
    }

    private final Set<Request> calls = ConcurrentHashMap.newKeySet();
    private final Set<Object> admitted = ConcurrentHashMap.newKeySet();
    private final Set<Object> passages = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();

    /**
     * Lets a request in at the port unless it is one too many. Its place is given back when it has {@link #left}, or with
     * the call that it becomes.
     *
     * @param most how many there may be
     */
    boolean admit(Object passage, int most) {
        lock.lock();
        try {
            return !isFull(most) && admitted.add(passage);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the next one would be one too many. */
    boolean isFull(int most) {
        return calls.size() + admitted.size() >= most;
    }

    /**
     * Adds a call: in the place of the request that it was, or, from elsewhere, unless it is one too many.
     *
     * @param passage what may have been let in before
     * @param most how many there may be
     * @return false if there are as many already
     */
    public boolean add(Request call, Object passage, int most) {
        lock.lock();
        try {
            return (admitted.remove(passage) || !isFull(most)) && calls.add(call);
        } finally {
            lock.unlock();
        }
    }

    public void remove(Request call) {
        lock.lock();
        try {
            calls.remove(call);
            fewer.signalAll();
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
        admitted.remove(passage);
    }

    /** Everything that is on its way through the routes now. */
    public Set<Object> passages() {
        return Set.copyOf(passages);
    }

    public boolean haveLeft(Set<Object> some) {
        return Collections.disjoint(passages, some);
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
                left = fewer.awaitNanos(left);
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
