package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * The pool of one provider's connections. None is idle for longer than {@code timeouts.keep_alive}, nor than the provider
 * itself says.
 */
final class Connections extends PoolingHttpClientConnectionManager {

    /** Milliseconds; also in the test of a short {@code timeouts.keep_alive} nobody waits for less. */
    private static final long SHORTEST_SWEEP = 1_000;

    private static final AtomicLong MADE = new AtomicLong();

    private final TimeValue keepAlive;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    Connections(
            Duration keepAlive,
            Trust trust,
            TlsSocketStrategy tls,
            Http1Config limits,
            ScheduledExecutorService timer) {
        super(
                new DefaultHttpClientConnectionOperator(
                        Connections::socket,
                        null,
                        null,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build()),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                null,
                unbound ->
                        new UpstreamConnection(trust.provider() + "-" + MADE.incrementAndGet(), limits, trust, timer));
        this.keepAlive = TimeValue.of(keepAlive);
        this.timer = timer;
    }

    /** Of a channel, so that it can be looked into; but Java goes through a SOCKS proxy only with one that is not. */
    private static Socket socket(@Nullable Proxy socks) throws IOException {
        if (socks != null) {
            return new Socket(socks);
        }
        return System.getProperty("socksProxyHost") == null
                ? SocketChannel.open().socket()
                : new Socket();
    }

    /** How long a connection may be idle: as long as the provider says in {@code Keep-Alive}, or less. Null: not at all. */
    @Nullable
    TimeValue keepAlive(HttpResponse answer, HttpContext context) {
        TimeValue said = KeepAliveTime.of(answer);
        if (said == null || said.compareTo(keepAlive) > 0) {
            return keepAlive;
        }
        return TimeValue.isPositive(said) ? said : null;
    }

    @Override
    public void release(ConnectionEndpoint endpoint, @Nullable Object state, @Nullable TimeValue idle) {
        super.release(endpoint, state, idle);
        planSweep();
    }

    /** There is a next sweep as long as there are connections to be swept away. */
    private void planSweep() {
        if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
            long millis = Math.max(SHORTEST_SWEEP, keepAlive.toMilliseconds() / 10);
            try {
                ScheduledFuture<?> unused = timer.schedule(this::sweep, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The timer has no room now, or the gateway stops and closes its pools.
                sweeping.set(false);
            }
        }
    }

    private void sweep() {
        sweeping.set(false);
        closeExpired();
        if (getTotalStats().getAvailable() > 0) {
            planSweep();
        }
    }
}
