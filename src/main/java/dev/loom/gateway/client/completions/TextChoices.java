package dev.loom.gateway.client.completions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chat's completion, or the chunks of one, as completions of a text. */
final class TextChoices {

    private final String echo;
    private final String saidIn;
    private final Map<Integer, Integer> lengths = new HashMap<>();

    /**
     * @param echo what stands before each choice's text
     * @param saidIn the part of a choice that has its content
     */
    TextChoices(String echo, String saidIn) {
        this.echo = echo;
        this.saidIn = saidIn;
    }

    ObjectNode of(JsonNode hub) {
        ObjectNode answer =
                Json.object().put("id", "cmpl-" + Head.of(hub, 0).bareId()).put("object", "text_completion");
        for (String field : new String[] {"created", "model", "system_fingerprint"}) {
            if (hub.has(field)) {
                answer.set(field, hub.path(field));
            }
        }
        ArrayNode choices = answer.putArray("choices");
        hub.path("choices").forEach(choice -> choices.add(choice(choice)));
        if (hub.hasNonNull("usage")) {
            answer.set("usage", hub.path("usage"));
        }
        return answer;
    }

    private ObjectNode choice(JsonNode hub) {
        JsonNode said = hub.path(saidIn);
        int index = hub.path("index").asInt();
        boolean first = !lengths.containsKey(index);
        int start = lengths.getOrDefault(index, echo.length());
        String text = said.path("content").asText("") + said.path("refusal").asText("");
        lengths.put(index, start + text.length());
        ObjectNode choice = Json.object().put("index", index).put("text", first ? echo + text : text);
        choice.set("logprobs", Logprobs.of(hub.path("logprobs").path("content"), start));
        for (String field : new String[] {"reasoning_content", "images"}) { // which a text has no place for
            if (said.hasNonNull(field)) {
                choice.set(field, said.path(field));
            }
        }
        return choice.put("finish_reason", reason(hub));
    }

    private static @Nullable String reason(JsonNode hub) {
        if (!hub.path("finish_reason").isTextual()) {
            return null;
        }
        String reason = FinishReasons.nearest(hub);
        return reason.equals(FinishReasons.LENGTH) || reason.equals(FinishReasons.CONTENT_FILTER)
                ? reason
                : FinishReasons.STOP;
    }
}
