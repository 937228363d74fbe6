package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.NoHeaders;
import dev.loom.gateway.camel.request.ServedRoute;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/**
 * Opens HTTP paths for routes that are replaced while they run. Stopping a consumer closes its path to new requests only:
 * the route behind it goes on with those it has: a consumer stops its processor with itself if that is a service, which
 * {@link ServedRoute} is not.
 */
public class SwappableHttpEngine extends VertxPlatformHttpEngine {

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return super.createConsumer(endpoint, new ServedRoute(processor, isOurs(endpoint)));
    }

    /** A route that names the gateway's filter serves its clients. The endpoint shows the filter itself only wrapped. */
    private static boolean isOurs(PlatformHttpEndpoint endpoint) {
        return endpoint.getEndpointUri().contains(NoHeaders.BEAN);
    }
}
