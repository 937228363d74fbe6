package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.ModelPage;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.provider.Json;
import java.util.List;

/** Models in Anthropic's shape. */
final class ModelCards {

    private ModelCards() {}

    /** One page: all that stand behind or before the model that the client names, up to its limit. */
    static byte[] list(List<ServedModel> models, Lookup query) {
        String before = query.get("before_id");
        String limit = query.get("limit");
        ModelPage asked = before == null
                ? ModelPage.after(models, query.get("after_id"), limit)
                : ModelPage.before(models, before, limit);
        ObjectNode page = Json.object();
        ArrayNode data = page.putArray("data");
        asked.models().forEach(model -> data.add(card(model)));
        page.put("has_more", asked.more());
        page.put("first_id", data.path(0).path("id").textValue());
        page.put("last_id", data.path(data.size() - 1).path("id").textValue());
        return Json.bytes(page);
    }

    static ObjectNode card(ServedModel model) {
        ObjectNode card = Json.object()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.id())
                .put("created_at", model.created().toString());
        card.put("max_input_tokens", model.context());
        card.put("max_tokens", model.maxOutput());
        return card;
    }
}
