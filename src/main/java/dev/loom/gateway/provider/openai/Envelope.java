package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import org.jspecify.annotations.Nullable;

/** Id, time and model of a stream: the first chunk gives its own to all, as OpenAI's clients demand. */
final class Envelope {

    private final ChatRequest request;
    private final Target target;
    private @Nullable ObjectNode first;

    Envelope(ChatRequest request, Target target) {
        this.request = request;
        this.target = target;
    }

    void putOn(ObjectNode chunk, Repair repair) {
        if (first == null) {
            first = of(chunk);
        }
        first.properties().forEach(entry -> repair.set(chunk, entry.getKey(), entry.getValue()));
    }

    private ObjectNode of(ObjectNode chunk) {
        JsonNode created = chunk.path("created");
        boolean hasId = Repair.hasText(chunk, "id");
        boolean hasModel = Repair.hasText(chunk, "model");
        boolean hasTime = created.isIntegralNumber() && created.canConvertToLong() && created.longValue() > 0;
        ObjectNode envelope = Json.object();
        envelope.put("id", hasId ? chunk.path("id").textValue() : GeneratedId.of("chatcmpl-", request, 0));
        envelope.put("object", "chat.completion.chunk");
        envelope.set("created", hasTime ? created : LongNode.valueOf(created.asLong(request.created())));
        return envelope.put("model", hasModel ? chunk.path("model").textValue() : target.model());
    }
}
