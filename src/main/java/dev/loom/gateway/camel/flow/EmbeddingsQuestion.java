package dev.loom.gateway.camel.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Exchange;

/**
 * The body is a text, a JSON array of texts, or a whole embeddings request. A text becomes its vector, an array an array
 * of vectors in the same order, or either all of the answer's JSON.
 */
public final class EmbeddingsQuestion implements Question {

    /** An exchange property: true where one text was asked for by itself. */
    private static final String SINGLE = "loomSingleInput";

    @Override
    public ApiRequest ask(Exchange exchange, Instant received) throws InvalidRequest {
        ObjectNode request = request(exchange, Question.body(exchange));
        if (!request.hasNonNull("model")) {
            request.put("model", Question.parameter(exchange, "Model"));
        }
        if (!Question.wantsJson(exchange)) {
            request.put("encoding_format", "float");
        }
        exchange.setProperty(SINGLE, request.path("input").isTextual());
        return EmbeddingsRequest.parse(Json.bytes(request));
    }

    private static ObjectNode request(Exchange exchange, String body) {
        boolean text = "text".equals(Question.parameter(exchange, "Input"));
        JsonNode json = text ? Json.object() : Json.lenient(body.getBytes(StandardCharsets.UTF_8));
        if (json instanceof ObjectNode object && object.has("input")) {
            return object;
        }
        ObjectNode request = Json.object();
        request.set("input", json instanceof ArrayNode texts ? texts : TextNode.valueOf(body));
        return request;
    }

    @Override
    public String read(Exchange exchange, byte[] answer) {
        if (Question.wantsJson(exchange)) {
            return new String(answer, StandardCharsets.UTF_8);
        }
        ArrayNode vectors = Json.array();
        Json.lenient(answer).path("data").forEach(entry -> vectors.add(entry.path("embedding")));
        return Json.string(exchange.getProperty(SINGLE, false, Boolean.class) ? vectors.path(0) : vectors);
    }
}
