package dev.loom.gateway.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomReply}: sends the {@link Reply} that the route has left in the body; streams have been sent already. */
final class SendReply implements Processor {

    @Override
    public void process(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof Reply reply) {
            send(exchange, reply);
        }
    }

    static void send(Exchange exchange, Reply reply) {
        Call call = Call.find(exchange);
        if (call != null) {
            call.client().send(reply.with("x-request-id", call.id()));
            call.answered(reply.status());
        }
    }
}
