package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.Calls;
import dev.loom.gateway.camel.request.RouteEnd;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/** The steps of {@code flows.camel.yaml}: a message of any Camel flow becomes a request, and the answer its body. */
public final class Ask {

    private final Calls calls;
    private final Question question;

    public Ask(Calls calls, Question question) {
        this.calls = calls;
        this.question = question;
    }

    /** {@code loomAskAccept}, {@code loomAskEmbeddings} */
    public Processor accept() {
        return exchange -> {
            FlowMessage.keep(exchange);
            Call call = calls.open(exchange, "flow_" + UUID.randomUUID());
            try {
                Calls.accept(
                        exchange,
                        call,
                        question.ask(exchange, call.gateway().time().instant()));
            } catch (InvalidRequest e) {
                throw RequestEnded.with(400, e.error());
            }
        };
    }

    /** {@code loomAskAnswer}, {@code loomAskVectors} */
    public Processor answer() {
        return exchange -> {
            Call call = Call.of(exchange);
            byte[] body = RouteEnd.reply(exchange).body();
            String provider = call.attempt().candidate().provider();
            call.close();
            FlowMessage.answer(exchange, question.read(exchange, body), Question.wantsJson(exchange));
            exchange.getMessage().setHeader("LoomProvider", provider);
        };
    }

    /** {@code loomAskRefused}: what a client would get as an error is an exception in a flow. */
    public static Processor refused() {
        return exchange -> {
            RequestEnded ended = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, RequestEnded.class);
            close(exchange, ended);
            FlowMessage.restore(exchange);
            Reply reply = ended.reply().orElseThrow(() -> ended);
            throw new ChatFailed(
                    reply.status(),
                    Json.lenient(reply.body()).path("error").path("message").asText());
        };
    }

    private static void close(Exchange exchange, RequestEnded ended) {
        Call call = Call.find(exchange);
        if (call != null) {
            ended.reply().ifPresent(reply -> call.client().answered(reply.status()));
            call.close();
        }
    }
}
