package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.Connections;
import dev.loom.gateway.camel.port.wire.OutOfMemory;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that requests run on: virtual ones where Java has them, else a pool that grows on demand. */
public final class Workers {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;
    private static final long IDLE_SECONDS = 60;

    /** Longer than any request may take, so that Vert.x does not warn of threads that wait for a model. */
    private static final long LONGEST_REQUEST_HOURS = 1;

    /** Operators and probes are few; more of them wait. */
    private static final int ADMIN_THREADS = 16;

    private Workers() {}

    /**
     * A Vert.x for the admin port alone: its event loop and its threads have nothing to do for clients, so that probes are
     * answered whatever those do. Its threads are the platform's also where Java has others, since all virtual ones share a
     * few.
     */
    public static Vertx admin(Connections connections) {
        VertxOptions options = options().setEventLoopPoolSize(1);
        return make(
                options,
                ADMIN_THREADS,
                factory -> pool(factory, ADMIN_THREADS),
                connections,
                new Lag(TimeSource.system()));
    }

    private static boolean virtualThreads() {
        return Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
    }

    /** How many of them requests to one provider may take; 0 for any number, where there are as many as are needed. */
    public static int share(ServerConfig server) {
        return virtualThreads() ? 0 : (int) Math.max(1, server.workerThreads() * server.workerShare());
    }

    /** A Vert.x of our own; the host application's, if there is one, stays as it is. */
    public static Vertx vertx(int platformThreads, Connections connections, Lag lag) {
        boolean virtual = virtualThreads();
        LOG.info(
                "Requests run on {}",
                virtual
                        ? "virtual threads"
                        : "at most " + platformThreads + " platform threads (server.worker_threads)");
        int threads = virtual ? Integer.MAX_VALUE : platformThreads;
        return make(options(), threads, factory -> virtual ? virtual() : pool(factory, threads), connections, lag);
    }

    private static VertxOptions options() {
        return new VertxOptions()
                .setMaxWorkerExecuteTime(LONGEST_REQUEST_HOURS)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.HOURS);
    }

    private static Vertx make(
            VertxOptions options,
            int threads,
            Function<ThreadFactory, ExecutorService> executor,
            Connections connections,
            Lag lag) {
        Vertx vertx = new VertxBuilder(options)
                .executorServiceFactory((factory, size, most) -> executor.apply(factory))
                .init()
                .vertx();
        vertx.exceptionHandler(thrown -> {
            OutOfMemory.endIf(thrown);
            LOG.error("failed on an event loop", thrown);
        });
        return new ServerVertx((VertxInternal) vertx, threads, connections, lag);
    }

    /** By reflection, since this also runs on Java 17. */
    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("This Java should have virtual threads", e);
        }
    }

    /** Threads are made while none is idle, up to the bound; only then do tasks queue. Idle threads end. */
    public static ExecutorService pool(ThreadFactory factory, int most) {
        LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>() {
            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        RejectedExecutionHandler busy = (task, pool) -> {
            if (pool.isShutdown()) {
                throw new RejectedExecutionException("The gateway has stopped");
            }
            queue.put(task);
        };
        return new ThreadPoolExecutor(0, most, IDLE_SECONDS, TimeUnit.SECONDS, queue, factory, busy) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                RequestMdc.restore(null);
            }
        };
    }
}
