package dev.loom.gateway.camel;

import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

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
            call.answered(reply.status());
            call.sent(reply.body());
            call.close();
            call.client().send(reply.with(AnswerHeaders.always(call)));
        } else if (exchange.getMessage() instanceof HttpMessage message) {
            HttpServerResponse response = message.getResponse();
            new ClientConnection(response).send(reply.with("x-request-id", RequestIds.of(message.getRequest())));
        }
    }
}
