package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;

/** What OpenAI's languages have in common: their errors and their models. */
public interface OpenAiSurface extends Surface {

    @Override
    default boolean hasHubsErrors() {
        return true;
    }

    @Override
    default ErrorAnswer error(int status, ApiError error, ObjectNode more, String requestId) {
        ObjectNode body = Json.object();
        body.set("error", error.toJson().setAll(more));
        return new ErrorAnswer(status, Map.of("Content-Type", "application/json"), Json.bytes(body));
    }

    /** All of them, as OpenAI has no pages of models. */
    @Override
    default byte[] models(List<ServedModel> models, Lookup query) {
        ObjectNode body = Json.object().put("object", "list");
        ArrayNode data = body.putArray("data");
        models.forEach(model -> data.add(card(model)));
        return Json.bytes(body);
    }

    @Override
    default byte[] model(ServedModel model) {
        return Json.bytes(card(model));
    }

    private static ObjectNode card(ServedModel model) {
        return Json.object()
                .put("id", model.id())
                .put("object", "model")
                .put("created", model.created().getEpochSecond())
                .put("owned_by", model.ownedBy());
    }
}
