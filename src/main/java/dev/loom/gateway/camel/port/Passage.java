package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request on its way through a route. Kept with the exchange from the entry on, where no step of a route reaches
 * it: many steps replace Camel's message, which knew request and response. Used by one thread at a time.
 */
public final class Passage implements SafeCopyProperty {

    private static final String KEY = "loomPassage";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final @Nullable Object asked;
    private @Nullable String id;

    private Passage(HttpServerRequest request, HttpServerResponse response, @Nullable Object asked) {
        this.request = request;
        this.response = response;
        this.asked = asked;
    }

    /** Keeps the request with its exchange, before the first step. */
    public static Passage enter(Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        if (message == null) {
            throw new IllegalStateException(
                    "This step serves routes that begin with platform-http, on a port of the gateway");
        }
        Passage passage = new Passage(message.getRequest(), message.getResponse(), message.getBody());
        exchange.getExchangeExtension().setSafeCopyProperty(KEY, passage);
        return passage;
    }

    /** @throws IllegalStateException if the exchange did not come in at one of the gateway's ports */
    public static Passage of(Exchange exchange) {
        Passage passage = find(exchange);
        return passage != null ? passage : enter(exchange);
    }

    public static @Nullable Passage find(Exchange exchange) {
        return exchange.getExchangeExtension().getSafeCopyProperty(KEY, Passage.class);
    }

    /** It has become a call, which knows all that is needed from here on. */
    public static void leave(Exchange exchange) {
        exchange.getExchangeExtension().setSafeCopyProperty(KEY, null);
    }

    public HttpServerRequest request() {
        return request;
    }

    public HttpServerResponse response() {
        return response;
    }

    /** Whether this is the request's own body, which must not be its answer. */
    public boolean isAsked(Object body) {
        return body == asked;
    }

    /** The value of {@code x-request-id}, the same whenever it is asked for. */
    public String id() {
        String known = id;
        if (known == null) {
            known = RequestIds.of(request);
            id = known;
        }
        return known;
    }

    /** Exchanges that are copied have the same client. */
    @Override
    public Passage safeCopy() {
        return this;
    }
}
