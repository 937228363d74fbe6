package dev.loom.gateway.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The steps of {@code flows.camel.yaml}: a message of any Camel flow becomes a chat request, and the answer its body. */
final class Ask {

    private static final String HEADERS = "loomAskHeaders";

    private final Calls calls;

    Ask(Calls calls) {
        this.calls = calls;
    }

    /** {@code loomAskAccept}: the body is a prompt, or a whole chat request as JSON. */
    Processor accept() {
        return exchange -> {
            exchange.setProperty(HEADERS, new HashMap<>(exchange.getMessage().getHeaders()));
            Call call = calls.open(exchange, "flow_" + UUID.randomUUID());
            String body = Objects.requireNonNullElse(exchange.getMessage().getBody(String.class), "");
            byte[] request =
                    Json.bytes(request(body, property(exchange, "loomModel"), property(exchange, "loomSystem")));
            try {
                call.request(ChatRequest.parse(request, call.gateway().time().instant()));
            } catch (InvalidRequest e) {
                throw RequestEnded.with(400, e.error());
            }
        };
    }

    private static ObjectNode request(String body, @Nullable String model, @Nullable String system) {
        JsonNode json = body.startsWith("{") ? Json.lenient(body.getBytes(StandardCharsets.UTF_8)) : Json.object();
        ObjectNode request = json.has("messages") ? (ObjectNode) json : prompt(body, system);
        if (!request.hasNonNull("model")) {
            request.put("model", model);
        }
        return request.put("stream", false);
    }

    private static ObjectNode prompt(String text, @Nullable String system) {
        ObjectNode request = Json.object();
        ArrayNode messages = request.putArray("messages");
        if (system != null && !system.isBlank()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", text);
        return request;
    }

    /** {@code loomAskAnswer}: the answer's text, or all of its JSON. */
    Processor answer() {
        return exchange -> {
            Call call = Call.of(exchange);
            byte[] body = exchange.getMessage().getBody(Reply.class).body();
            call.close();
            boolean whole = "json".equals(property(exchange, "loomOutput"));
            exchange.getMessage().setBody(whole ? new String(body, StandardCharsets.UTF_8) : text(body));
            restoreHeaders(exchange);
            exchange.getMessage()
                    .setHeader("LoomProvider", call.attempt().candidate().provider());
        };
    }

    /** What the flow had set before it asked; on the way to a provider nothing of it goes along. */
    @SuppressWarnings("unchecked")
    private static void restoreHeaders(Exchange exchange) {
        exchange.getMessage().setHeaders((Map<String, Object>) exchange.removeProperty(HEADERS));
    }

    private static String text(byte[] completion) {
        return Json.lenient(completion)
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText("");
    }

    /** {@code loomAskRefused}: what a client would get as an error is an exception in a flow. */
    Processor refused() {
        return exchange -> {
            RequestEnded ended = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, RequestEnded.class);
            Call call = Call.find(exchange);
            if (call != null) {
                ended.reply().ifPresent(reply -> call.answered(reply.status()));
                call.close();
            }
            Reply reply = ended.reply().orElseThrow(() -> ended);
            throw new ChatFailed(
                    reply.status(),
                    Json.lenient(reply.body()).path("error").path("message").asText());
        };
    }

    private static @Nullable String property(Exchange exchange, String name) {
        return exchange.getProperty(name, String.class);
    }
}
