package dev.loom.gateway.client.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import java.util.List;
import java.util.Map;

/** Anthropic's published rules of a stream; puts the message together as its SDKs do. */
final class MessageRules {

    private static final Map<String, String> FIELD_OF_DELTA = Map.of(
            "text_delta", "text",
            "thinking_delta", "thinking",
            "signature_delta", "signature",
            "input_json_delta", "partial_json");
    private static final Map<String, List<String>> DELTAS_OF_BLOCK = Map.of(
            "text", List.of("text_delta"),
            "thinking", List.of("thinking_delta", "signature_delta"),
            "redacted_thinking", List.of(),
            "tool_use", List.of("input_json_delta"));

    private ObjectNode message;
    private ObjectNode open;
    private final StringBuilder json = new StringBuilder();
    private boolean delta;
    private boolean stopped;

    private MessageRules() {}

    /** The message that a stream tells, or an assertion error if it breaks a rule. */
    static ObjectNode message(List<Asked.Event> events) {
        MessageRules rules = new MessageRules();
        events.forEach(rules::accept);
        assertThat(rules.stopped).as("message_stop").isTrue();
        return rules.message;
    }

    private void accept(Asked.Event event) {
        assertThat(stopped).as("nothing follows message_stop").isFalse();
        JsonNode data = event.json();
        assertThat(event.name()).isEqualTo(data.path("type").asText());
        assertThat(message != null || event.name().equals("message_start")).isTrue();
        switch (event.name()) {
            case "message_start" -> start(data);
            case "content_block_start" -> open(data);
            case "content_block_delta" -> more(data);
            case "content_block_stop" -> close(data);
            case "message_delta" -> end(data);
            case "message_stop" -> {
                assertThat(delta).as("message_delta before message_stop").isTrue();
                stopped = true;
            }
            default -> assertThat(event.name()).isEqualTo("ping");
        }
    }

    private void start(JsonNode data) {
        assertThat(message).as("one message_start").isNull();
        message = (ObjectNode) data.path("message");
        assertThat(message.path("content")).isEmpty();
        assertThat(message.path("stop_reason").isNull()).isTrue();
        assertThat(message.at("/usage/input_tokens").isInt()).isTrue();
    }

    private void open(JsonNode data) {
        assertThat(open).as("one block at a time").isNull();
        assertThat(delta).isFalse();
        assertThat(data.path("index").asInt(-1))
                .isEqualTo(message.path("content").size());
        open = (ObjectNode) data.path("content_block");
        ((ArrayNode) message.path("content")).add(open);
        json.setLength(0);
    }

    private void more(JsonNode data) {
        assertThat(open).isNotNull();
        assertThat(data.path("index").asInt(-1))
                .isEqualTo(message.path("content").size() - 1);
        String type = data.at("/delta/type").asText();
        assertThat(DELTAS_OF_BLOCK.get(open.path("type").asText())).contains(type);
        String field = FIELD_OF_DELTA.get(type);
        String text = data.path("delta").path(field).asText();
        if (type.equals("input_json_delta")) {
            json.append(text);
        } else {
            open.put(field, open.path(field).asText() + text);
        }
    }

    private void close(JsonNode data) {
        assertThat(open).isNotNull();
        assertThat(data.path("index").asInt(-1))
                .isEqualTo(message.path("content").size() - 1);
        if (!json.isEmpty()) {
            open.set("input", Asked.json(json.toString()));
        }
        open = null;
    }

    private void end(JsonNode data) {
        assertThat(open).as("all blocks are closed").isNull();
        delta = true;
        message.setAll((ObjectNode) data.path("delta"));
        message.set("usage", data.path("usage"));
    }
}
