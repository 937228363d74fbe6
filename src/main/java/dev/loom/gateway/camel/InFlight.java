package dev.loom.gateway.camel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The requests under way, so that a stop can wait for them, and in the end cut them short. */
final class InFlight {

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();

    void add(Call call) {
        calls.add(call);
    }

    void remove(Call call) {
        calls.remove(call);
        synchronized (this) {
            notifyAll();
        }
    }

    int count() {
        return calls.size();
    }

    /** @return true if none is left, false if the time ran out before */
    synchronized boolean awaitNone(long millis) throws InterruptedException {
        long left = millis;
        while (!calls.isEmpty() && left > 0) {
            wait(Math.min(left, 100));
            left -= 100;
        }
        return calls.isEmpty();
    }

    void stopAll() {
        calls.forEach(Call::stop);
    }
}
