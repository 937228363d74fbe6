package dev.loom.gateway.camel.port;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.HttpException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where tasks wait for one of the workers, but not for long: a client that is told at once can go elsewhere. */
final class WorkerQueue {

    private static final long LONGEST_WAIT_MILLIS = 1_000;

    /** Runs a task on a worker as soon as one is free. */
    @FunctionalInterface
    interface Workers {
        <T> Future<T> run(Callable<T> task);
    }

    private final Vertx vertx;
    private final Workers workers;
    private final int size;
    private final Lag lag;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param size how many workers there are
     * @param lag is told how long free ones take to begin
     */
    WorkerQueue(Vertx vertx, Workers workers, int size, Lag lag) {
        this.lag = lag;
        this.vertx = vertx;
        this.workers = workers;
        this.size = size;
    }

    /** @return fails with status 429 where no worker was free in time */
    <T> Future<T> run(Callable<T> task) {
        if (taken.incrementAndGet() <= size) {
            long given = lag.given();
            return workers.run(() -> {
                lag.begun(given);
                return call(task);
            });
        }
        Promise<T> answer = Promise.promise();
        // What has waited in vain leaves the pool's queue only with its turn, and must not hold a body for so long.
        AtomicReference<@Nullable Callable<T>> waiting = new AtomicReference<>(task);
        long timer = vertx.setTimer(LONGEST_WAIT_MILLIS, late -> {
            if (waiting.getAndSet(null) != null) {
                taken.decrementAndGet();
                answer.fail(new HttpException(429));
            }
        });
        workers.run(() -> {
                    Callable<T> mine = waiting.getAndSet(null);
                    vertx.cancelTimer(timer);
                    return mine == null ? null : call(mine);
                })
                .onComplete(done -> {
                    if (done.succeeded()) {
                        answer.tryComplete(done.result());
                    } else {
                        answer.tryFail(done.cause());
                    }
                });
        return answer.future();
    }

    private <T> T call(Callable<T> task) throws Exception {
        try {
            return task.call();
        } finally {
            taken.decrementAndGet();
        }
    }
}
