package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Passage;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A route from its first step to whatever its last one was: {@code loomReply}, a {@code stop} long before it, an exception
 * that nobody handled. In the end the client has an answer that somebody meant.
 */
public final class ServedRoute implements Processor {

    private final Processor route;
    private final boolean ours;

    /** @param ours false for a route of which nobody knows whether it serves a client of the gateway */
    public ServedRoute(Processor route, boolean ours) {
        this.route = route;
        this.ours = ours;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Passage.enter(exchange);
        route.process(exchange);
        if (ours || Call.find(exchange) != null) {
            finish(exchange);
        }
    }

    private static void finish(Exchange exchange) {
        Throwable failed = exchange.getException();
        exchange.setException(null);
        if (failed != null) {
            ErrorReply.reply(exchange, failed);
        } else if (!SendReply.isSent(exchange)) {
            send(exchange);
        }
    }

    private static void send(Exchange exchange) {
        try {
            SendReply.send(exchange, RouteEnd.reply(exchange));
        } catch (RequestEnded e) {
            ErrorReply.reply(exchange, e);
        }
    }
}
