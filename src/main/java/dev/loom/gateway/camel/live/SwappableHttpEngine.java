package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.BodyReader;
import dev.loom.gateway.camel.port.NoHeaders;
import dev.loom.gateway.camel.port.Taken;
import dev.loom.gateway.camel.request.ServedRoute;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Opens HTTP paths for routes that are replaced while they run. Stopping a consumer closes its path to new requests only:
 * the route behind it goes on with those it has: a consumer stops its processor with itself if that is a service, which
 * {@link ServedRoute} is not.
 */
public class SwappableHttpEngine extends VertxPlatformHttpEngine {

    private final List<Handler<RoutingContext>> handlers;

    /**
     * @param handlers what stands before each route of the gateway's own; one of them reads the body, in the place of
     *     Vert.x's own handler
     */
    public SwappableHttpEngine(List<Handler<RoutingContext>> handlers) {
        this.handlers = handlers;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        boolean ours = isOurs(endpoint);
        ServedRoute route = new ServedRoute(processor, ours);
        if (!ours) {
            return super.createConsumer(endpoint, route);
        }
        endpoint.setUseBodyHandler(false);
        endpoint.setUseStreaming(false);
        List<Handler<RoutingContext>> before = new ArrayList<>(handlers);
        if (endpoint.getEndpointUri().contains("useStreaming=true")) {
            before.add(0, BodyReader::toFile);
        }
        return new Consumer(endpoint, route, before, getServerPort());
    }

    /** Takes the body that was read. What counts its bytes goes with the exchange. */
    private static final class Consumer extends VertxPlatformHttpConsumer {

        private final int port;

        Consumer(PlatformHttpEndpoint endpoint, Processor processor, List<Handler<RoutingContext>> handlers, int port) {
            super(endpoint, processor, handlers, MatchedFirst.nameFor(port));
            this.port = port;
            setExceptionHandler(new QuietRefusals(getExceptionHandler()));
        }

        @Override
        protected void doInit() throws Exception {
            MatchedFirst.in(getEndpoint().getCamelContext(), port);
            super.doInit();
        }

        @Override
        protected Future<Void> populateCamelMessage(RoutingContext context, Exchange exchange, Message message) {
            Taken taken = Taken.by(context);
            taken.work();
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    taken.release();
                }
            });
            Future<Void> done = super.populateCamelMessage(context, exchange, message);
            // Without its body handler, Camel takes the request for the body, and pauses it.
            context.request().resume();
            File file = BodyReader.fileOf(context);
            message.setBody(file != null ? file : BodyReader.bodyOf(context));
            return done;
        }
    }

    /** A request that found no free worker has its answer and its own line in the log. */
    private static final class QuietRefusals implements ExceptionHandler {

        private final ExceptionHandler others;

        QuietRefusals(ExceptionHandler others) {
            this.others = others;
        }

        private static boolean isRefusal(Throwable thrown) {
            return thrown instanceof HttpException refusal && refusal.getStatusCode() == 429;
        }

        @Override
        public void handleException(Throwable thrown) {
            if (!isRefusal(thrown)) {
                others.handleException(thrown);
            }
        }

        @Override
        public void handleException(@Nullable String message, Throwable thrown) {
            if (!isRefusal(thrown)) {
                others.handleException(message, thrown);
            }
        }

        @Override
        public void handleException(@Nullable String message, @Nullable Exchange exchange, Throwable thrown) {
            if (!isRefusal(thrown)) {
                others.handleException(message, exchange, thrown);
            }
        }
    }

    /** A route that names the gateway's filter serves its clients. The endpoint shows the filter itself only wrapped. */
    private static boolean isOurs(PlatformHttpEndpoint endpoint) {
        return endpoint.getEndpointUri().contains(NoHeaders.BEAN);
    }
}
