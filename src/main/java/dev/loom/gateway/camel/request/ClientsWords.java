package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.chat.HubsOwn;
import dev.loom.gateway.provider.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** An answer in the hub's words, put into the client's language. */
final class ClientsWords {

    private ClientsWords() {}

    static Reply of(Call call, Reply reply) {
        ClientRequest asked = call.askedIfRead();
        if (reply.status() >= 400) {
            boolean same = call.surface().hasHubsErrors() && (asked == null || asked instanceof HubsOwn);
            return same
                    ? reply
                    : reply.spokenIn(
                            call.surface(),
                            asked == null ? UnaryOperator.identity() : asked::inClientsWords,
                            call.id());
        }
        byte[] passed = call.passing().answer();
        if (passed != null
                && call.steps().answer() != null
                && call.steps().answer().body() == reply.body()) {
            return new Reply(reply.status(), reply.headers(), passed);
        }
        return asked == null || asked instanceof HubsOwn ? reply : answer(asked, reply);
    }

    /** The {@code Content-Type} of a stream: events, or one JSON array, as Gemini's clients may want it. */
    static String streamType(Call call) {
        return call.asked().stream(bytes -> {}).contentType();
    }

    /** For a client that reads a stream already: what is one as it is, and anything else as one event, or one entry. */
    static byte[] late(Call call, Reply reply) {
        Reply words = of(call, reply);
        String type = words.headers().getOrDefault("Content-Type", "");
        if (type.startsWith("text/event-stream") || words.body().length == 0) {
            return words.body();
        }
        if (!streamType(call).startsWith("text/event-stream")) {
            JsonNode answer = Json.lenient(words.body());
            return Json.bytes(answer.isArray() ? answer : Json.array().add(answer));
        }
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        call.surface().tell(Json.lenient(words.body()), new Events(event::writeBytes));
        return event.toByteArray();
    }

    /** What a step has put in an answer's place is the client's as it stands, unless it is one of the hub's. */
    private static Reply answer(ClientRequest asked, Reply reply) {
        String type = reply.headers().getOrDefault("Content-Type", "");
        if (type.startsWith("text/event-stream")) {
            return stream(asked, reply);
        }
        JsonNode answer = Json.lenient(reply.body());
        boolean hubs = answer.has("choices") || answer.has("data");
        return hubs ? new Reply(reply.status(), reply.headers(), asked.answer(reply.body())) : reply;
    }

    /** Events that the gateway itself has written. */
    private static Reply stream(ClientRequest asked, Reply reply) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamWriter writer = asked.stream(out::writeBytes);
        new String(reply.body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .forEach(line -> writer.chunk(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8)));
        writer.done();
        return new Reply(reply.status(), reply.headers(), out.toByteArray()).with("Content-Type", writer.contentType());
    }
}
