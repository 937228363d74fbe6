package dev.loom.gateway.camel.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last requests that have ended. Thread-safe; adding one is a single write. */
public final class RecentRequests {

    public static final int MOST = 100;

    private final AtomicReferenceArray<FinishedRequest> ring = new AtomicReferenceArray<>(MOST);
    private final AtomicLong added = new AtomicLong();

    public void add(FinishedRequest request) {
        ring.set(slot(added.getAndIncrement()), request);
    }

    /** At most {@link #MOST}. */
    public List<FinishedRequest> newestFirst() {
        long end = added.get();
        List<FinishedRequest> found = new ArrayList<>(MOST);
        for (long i = end - 1; i >= Math.max(0, end - MOST); i--) {
            FinishedRequest request = ring.get(slot(i));
            if (request != null) {
                found.add(request);
            }
        }
        return found;
    }

    private static int slot(long number) {
        return (int) (number % MOST);
    }
}
