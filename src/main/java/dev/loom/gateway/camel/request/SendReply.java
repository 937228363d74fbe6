package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Replies;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.provider.ApiRequest;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomReply}: sends what the steps of the route have left; streams have been sent already. */
public final class SendReply implements Processor {

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        if (!isSent(exchange)) {
            Call call = Call.find(exchange);
            if (call != null) {
                call.awaited().check();
            }
            send(exchange, RouteEnd.reply(exchange));
        }
    }

    /** Whether the client has got its answer, or the beginning of one. */
    static boolean isSent(Exchange exchange) {
        Call call = Call.find(exchange);
        return call != null
                ? call.client().isFlow() || call.client().connection().started()
                : Passage.of(exchange).response().headWritten();
    }

    public static void send(Exchange exchange, Reply reply) {
        Call call = Call.find(exchange);
        if (call != null) {
            call.client().answered(reply.status());
            call.sent(reply.body());
            call.close();
            ClientConnection connection = call.client().connection();
            if (connection.isWaiting()) {
                connection.end(ClientsWords.late(call, reply));
            } else {
                connection.send(words(call, reply), AnswerHeaders.always(call));
            }
        } else {
            Passage passage = Passage.of(exchange);
            Replies.log(passage.request(), passage.id(), reply.status());
            Reply spoken = Replies.spoken(passage.request(), reply, passage.id());
            Memory memory = Memory.of(exchange.getContext());
            new ClientConnection(passage.request(), memory).send(spoken, Map.of("x-request-id", passage.id()));
        }
    }

    /** An answer may repeat the request, and both may be kept. */
    private static Reply words(Call call, Reply reply) {
        ApiRequest request = call.requestIfRead();
        long asked = request == null ? 0 : request.promptBytes();
        Turns.Turn turn = call.turn(asked + reply.body().length);
        try {
            return ClientsWords.of(call, reply);
        } finally {
            turn.release();
        }
    }
}
