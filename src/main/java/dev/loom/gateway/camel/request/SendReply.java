package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.RequestIds;
import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** {@code loomReply}: sends the {@link Reply} that the route has left in the body; streams have been sent already. */
public final class SendReply implements Processor {

    @Override
    public void process(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof Reply reply) {
            send(exchange, reply);
        }
    }

    public static void send(Exchange exchange, Reply reply) {
        Call call = Call.find(exchange);
        if (call != null) {
            call.client().answered(reply.status());
            call.sent(reply.body());
            call.close();
            call.client().connection().send(reply.with(AnswerHeaders.always(call)));
        } else if (exchange.getMessage() instanceof HttpMessage message) {
            HttpServerResponse response = message.getResponse();
            new ClientConnection(response).send(reply.with("x-request-id", RequestIds.of(message.getRequest())));
        }
    }
}
