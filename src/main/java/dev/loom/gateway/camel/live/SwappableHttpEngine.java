package dev.loom.gateway.camel.live;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/**
 * Opens HTTP paths for routes that are replaced while they run. Stopping a consumer closes its path to new requests only:
 * the route behind it goes on with those it has.
 */
public class SwappableHttpEngine extends VertxPlatformHttpEngine {

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return super.createConsumer(endpoint, new Steps(processor));
    }

    /** A consumer stops its processor with itself if that is a service, which this is not. */
    private record Steps(Processor route) implements Processor {

        @Override
        public void process(Exchange exchange) throws Exception {
            route.process(exchange);
        }
    }
}
