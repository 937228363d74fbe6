package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for embeddings: {@code embedContent} for one, {@code batchEmbedContents} for many.
 *
 * @param one true if the answer has one embedding and no list
 */
record EmbedRequest(EmbeddingsRequest hub, boolean one) implements ClientRequest {

    static EmbedRequest one(Value body, String model) throws InvalidRequest {
        return new EmbedRequest(hub(List.of(body), model), true);
    }

    static EmbedRequest batch(Value body, String model) throws InvalidRequest {
        List<Value> requests = body.at("requests").items();
        body.at("requests").require(!requests.isEmpty(), "must have at least one entry.");
        return new EmbedRequest(hub(requests, model), false);
    }

    private static EmbeddingsRequest hub(List<Value> requests, String model) throws InvalidRequest {
        ObjectNode hub = Json.object().put("model", model).put("encoding_format", "float");
        ArrayNode input = hub.putArray("input");
        for (Value request : requests) {
            input.add(text(request.at("content")));
            Value dimensions = Keys.at(request, "outputDimensionality");
            if (dimensions.isSet()) {
                hub.put("dimensions", dimensions.count());
            }
        }
        return EmbeddingsRequest.parse(Json.bytes(hub));
    }

    private static String text(Value content) throws InvalidRequest {
        StringJoiner text = new StringJoiner("\n");
        content.at("parts").require(content.at("parts").json().size() > 0, "must have at least one part.");
        for (Value part : Keys.items(content.at("parts"))) {
            text.add(part.at("text").text());
        }
        return text.toString();
    }

    @Override
    public @Nullable UnsupportedRequest unsaid() {
        return null;
    }

    @Override
    public byte[] answer(byte[] embeddings) {
        ObjectNode answer = Json.object();
        ArrayNode all = Json.array();
        for (JsonNode entry : Json.lenient(embeddings).path("data")) {
            all.addObject().set("values", entry.path("embedding"));
        }
        return Json.bytes(one ? answer.set("embedding", all.path(0)) : answer.set("embeddings", all));
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        throw new UnsupportedOperationException("Embeddings are not streamed.");
    }

    @Override
    public ApiError inClientsWords(ApiError error) {
        return error;
    }
}
