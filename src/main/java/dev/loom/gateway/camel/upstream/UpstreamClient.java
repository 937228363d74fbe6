package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.config.TlsConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of one provider: its connections, TLS and proxy, and the means to cut a call short. One instance per
 * provider, named {@code loom-client-<provider>} in the registry and used by {@code provider.camel.yaml}.
 */
public final class UpstreamClient implements HttpClientConfigurer {

    /** More than there can be requests at once; what bounds them are limits, not a queue for connections. */
    private static final int MAX_CONNECTIONS = 20_000;

    /** {@link RequestSender} looks at every connection before it is used, more closely and cheaper than the pool would. */
    private static final TimeValue NO_LOOK_OF_THE_POOL = TimeValue.NEG_ONE_MILLISECOND;

    /**
     * Bytes of each of the three buffers that a connection keeps for as long as it is open. Longer parts go past them; the
     * client's own 32 KB would be half of what a stream takes of the heap.
     */
    private static final int BUFFER = 8 << 10;

    /** The client's own default is no limit at all: a provider could fill the memory with headers. */
    private static final Http1Config HTTP = Http1Config.custom()
            .setBufferSize(BUFFER)
            .setMaxHeaderCount(500)
            .setMaxLineLength(64 << 10)
            .build();

    /**
     * Every call is cut by a timer, {@code UpstreamCall}'s or {@link HealthClient}'s. A socket's timeout would time each
     * read once more, and on a virtual thread that wakes a thread of the JVM: a seventh of what a streamed event cost.
     */
    private static final Timeout NO_TIMEOUT_OF_ITS_OWN = Timeout.DISABLED;

    private final ProviderConfig provider;
    private final ServerConfig server;
    private final TimeSource time;
    private final ScheduledExecutorService timer;

    /** @param timer closes connections that have been idle for too long */
    public UpstreamClient(
            ProviderConfig provider, ServerConfig server, TimeSource time, ScheduledExecutorService timer) {
        this.provider = provider;
        this.server = server;
        this.time = time;
        this.timer = timer;
    }

    /** Equal for clients whose connections are alike; a certificate that was renewed makes others. */
    public List<?> kind() {
        TlsConfig tls = tls();
        return Arrays.asList(
                provider.identity(),
                provider.timeouts(),
                provider.healthCheck().timeout(),
                proxy(),
                tls,
                tls == null ? null : Tls.times(tls));
    }

    private @Nullable String proxy() {
        return provider.proxy() != null ? provider.proxy() : server.proxy();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        TlsHandshake handshake = handshake();
        Connections connections = connections(handshake);
        builder.setConnectionManager(connections)
                .setConnectionManagerShared(false)
                .setKeepAliveStrategy(connections::keepAlive)
                .setRequestExecutor(new RequestSender())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .useSystemProperties();
        String proxy = proxy();
        if (proxy != null) {
            builder.setProxy(HttpHost.create(URI.create(proxy)));
        }
        if (provider.type().equals("simulator")) {
            builder.addExecInterceptorFirst(
                    "loom-simulator", new Simulator(provider.name(), provider.simulator(), time));
        }
        builder.addExecInterceptorFirst("loom-handshake", handshake);
        builder.addExecInterceptorFirst("loom-fresh", new FreshConnection());
        builder.addExecInterceptorFirst("loom-parts", new RequestParts());
        builder.addExecInterceptorFirst("loom-cancel", UpstreamClient::cancellable);
    }

    private TlsHandshake handshake() {
        TlsConfig tls = tls();
        return new TlsHandshake(
                tls == null ? DefaultClientTlsStrategy.createDefault() : Tls.strategy(tls),
                provider.timeouts().connect());
    }

    private Connections connections(TlsHandshake handshake) {
        Connections connections = new Connections(
                provider.timeouts().keepAlive(), new Trust(provider.name(), time), handshake, HTTP, timer);
        connections.setMaxTotal(MAX_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
        connections.setDefaultSocketConfig(SocketConfig.custom()
                .setTcpNoDelay(true)
                .setSoTimeout(NO_TIMEOUT_OF_ITS_OWN)
                .build());
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(provider.timeouts().connect()))
                .setValidateAfterInactivity(NO_LOOK_OF_THE_POOL)
                .build());
        return connections;
    }

    private @Nullable TlsConfig tls() {
        return provider.tls() != null ? provider.tls() : server.tls();
    }

    /** Makes the request known to its call before a connection is asked for, so that it can be cut from outside. */
    private static ClassicHttpResponse cancellable(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (scope.originalRequest.getEntity() instanceof UpstreamBody body) {
            body.call().connection(((CancellableDependency) scope.originalRequest)::cancel);
            if (body.getContentLength() == 0) {
                request.setEntity(null); // a GET or a DELETE has had one for its call's sake alone
            }
        }
        return chain.proceed(request, scope);
    }
}
