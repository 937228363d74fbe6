package dev.loom.gateway.camel.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The body is a prompt, or a whole chat request as JSON, and becomes the answer's text, or all of its JSON. */
public final class ChatQuestion implements Question {

    private final boolean anyModel;

    /** @param anyModel true if a chat request may name a model of its own; else it is always the parameter's */
    public ChatQuestion(boolean anyModel) {
        this.anyModel = anyModel;
    }

    @Override
    public ApiRequest ask(Exchange exchange, Instant received) throws InvalidRequest {
        String body = Question.body(exchange);
        ObjectNode request = isRequest(exchange, body) ? (ObjectNode) json(body) : prompt(exchange, body);
        if (!anyModel || !request.hasNonNull("model")) {
            request.put("model", Question.parameter(exchange, "Model"));
        }
        return ChatRequest.parse(Json.bytes(request.put("stream", false)), received);
    }

    /** With {@code input: prompt} nobody who writes the prompt can say more than that. */
    private static boolean isRequest(Exchange exchange, String body) {
        return !"prompt".equals(Question.parameter(exchange, "Input"))
                && body.startsWith("{")
                && json(body).has("messages");
    }

    private static JsonNode json(String body) {
        return Json.lenient(body.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode prompt(Exchange exchange, String text) {
        @Nullable String system = Question.parameter(exchange, "System");
        ObjectNode request = Json.object();
        ArrayNode messages = request.putArray("messages");
        if (system != null && !system.isBlank()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", text);
        return request;
    }

    @Override
    public String read(Exchange exchange, byte[] answer) {
        return Question.wantsJson(exchange) ? new String(answer, StandardCharsets.UTF_8) : text(answer);
    }

    private static String text(byte[] completion) {
        return Json.lenient(completion)
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText("");
    }
}
