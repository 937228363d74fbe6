package dev.loom.gateway.fleet;

import dev.loom.gateway.traffic.Limits.Reservation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one request has taken of {@link CommonLimits}. The tokens are told together with the permit's return, in one
 * message. Two flags see to it that everything ends once.
 */
final class CommonReservation implements Reservation {

    private final CommonLimits limits;
    private final String permit;
    private final long tokens;
    private final long charged;
    private final AtomicBoolean settled = new AtomicBoolean();
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicLong moreRequests = new AtomicLong();
    private final AtomicLong moreTokens = new AtomicLong();

    /** @param charged what was taken for so many tokens: less where the request was larger than the bucket */
    CommonReservation(CommonLimits limits, String permit, long tokens, long charged) {
        this.limits = limits;
        this.permit = permit;
        this.tokens = tokens;
        this.charged = charged;
    }

    @Override
    public void settle(long actualTokens) {
        if (settled.compareAndSet(false, true)) {
            long used = charged < tokens ? Math.min(actualTokens, charged) : actualTokens;
            moreTokens.addAndGet(used - charged);
            if (released.get()) {
                tell();
            }
        }
    }

    @Override
    public void release() {
        if (released.compareAndSet(false, true)) {
            tell();
        }
    }

    @Override
    public void cancel() {
        if (settled.compareAndSet(false, true)) {
            moreRequests.addAndGet(-1);
            moreTokens.addAndGet(-charged);
        }
        release();
    }

    private void tell() {
        limits.end(permit, moreRequests.getAndSet(0), moreTokens.getAndSet(0));
    }
}
