package dev.loom.gateway.camel.port;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what is too much. A flood must neither fill the log nor take the processor for it: within a second the first
 * refusals have a line each, and the others a line together.
 */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");

    /** Enough to see who asks for what; a line costs as much as the rest of a refusal. */
    static final int LINES = 20;

    private static final long SECOND_MILLIS = 1_000;

    private final AtomicInteger inThisSecond = new AtomicInteger();

    /** @param refusal with the same status each time */
    void send(RoutingContext context, Reply refusal) {
        int before = inThisSecond.getAndIncrement();
        if (before == 0) {
            Vertx vertx = context.vertx();
            vertx.setTimer(SECOND_MILLIS, over -> tellOfTheRest(refusal.status()));
        }
        if (before < LINES) {
            Replies.send(context, refusal);
        } else {
            Replies.answer(context, refusal);
        }
    }

    private void tellOfTheRest(int status) {
        int rest = inThisSecond.getAndSet(0) - LINES;
        if (rest > 0) {
            LOG.info("{} more requests were refused within a second status={}", rest, status);
        }
    }
}
