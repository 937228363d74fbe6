package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a request once, on a connection of its own, where the one from the pool turned out to be closed: that a provider
 * closes what was idle is no failure of it.
 */
final class FreshConnection implements ExecChainHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FreshConnection.class);

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        try {
            return chain.proceed(request, scope);
        } catch (StaleConnection e) {
            if (scope.execRuntime.isExecutionAborted()) {
                throw e;
            }
            LOG.debug("asked again on a new connection to {}", scope.route.getTargetHost(), e);
            return again(request, scope, chain);
        }
    }

    private static ClassicHttpResponse again(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        // The chain has added headers to the request, which it would not add twice.
        ClassicHttpRequest same =
                ClassicRequestBuilder.copy(scope.originalRequest).build();
        same.setEntity(request.getEntity());
        scope.execRuntime.acquireEndpoint(
                scope.exchangeId, scope.route, scope.clientContext.getUserToken(), scope.clientContext);
        scope.execRuntime.disconnectEndpoint();
        return chain.proceed(same, scope);
    }
}
