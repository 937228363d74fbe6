package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/**
 * The HTTP client of a provider's health checks: as that of its calls, but {@code health_check.timeout} bounds a check
 * from the connection to the answer's headers, and the body, however long, is not read.
 */
public final class HealthClient implements HttpClientConfigurer {

    private final UpstreamClient client;
    private final ProviderConfig provider;
    private final ScheduledExecutorService timer;

    public HealthClient(UpstreamClient client, ProviderConfig provider, ScheduledExecutorService timer) {
        this.client = client;
        this.provider = provider;
        this.timer = timer;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        client.configureHttpClient(builder);
        builder.addExecInterceptorFirst("loom-health", this::bounded);
    }

    private ClassicHttpResponse bounded(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        CancellableDependency running = (CancellableDependency) scope.originalRequest;
        long millis = provider.healthCheck().timeout().toMillis();
        AtomicBoolean late = new AtomicBoolean();
        Runnable cut = () -> {
            late.set(true);
            running.cancel();
        };
        ScheduledFuture<?> timeout = timer.schedule(cut, millis, TimeUnit.MILLISECONDS);
        try {
            int status = chain.proceed(request, scope).getCode();
            return new BasicClassicHttpResponse(status);
        } catch (IOException | RuntimeException e) {
            if (late.get() && !(e instanceof NoHandshake)) {
                throw new InterruptedIOException("No answer within " + millis + " ms");
            }
            throw e;
        } finally {
            timeout.cancel(false);
            scope.execRuntime.discardEndpoint();
        }
    }
}
