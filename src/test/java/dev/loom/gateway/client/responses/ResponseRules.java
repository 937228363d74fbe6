package dev.loom.gateway.client.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;

/** OpenAI's published rules of a response's stream. */
final class ResponseRules {

    private static final String PREFIX = "response.";

    /** What ends a piece, by what it is; and the field that repeats it whole. */
    private static final Map<String, String> WHOLE_FIELD = Map.of(
            "output_text", "text",
            "refusal", "refusal",
            "reasoning_summary_text", "text",
            "function_call_arguments", "arguments",
            "custom_tool_call_input", "input");

    private final ArrayNode output = Json.array();
    private final StringBuilder piece = new StringBuilder();
    private JsonNode item;
    private boolean partOpen;
    private int sequence;
    private ObjectNode last;

    private ResponseRules() {}

    /** The response at the end of a stream, or an assertion error if the stream breaks a rule. */
    static ObjectNode response(List<Asked.Event> events) {
        assertThat(events.get(0).name()).isEqualTo("response.created");
        assertThat(events.get(1).name()).isEqualTo("response.in_progress");
        ResponseRules rules = new ResponseRules();
        events.forEach(rules::accept);
        assertThat(rules.last).as("an end").isNotNull();
        return rules.last;
    }

    private void accept(Asked.Event event) {
        assertThat(last).as("nothing follows the end").isNull();
        JsonNode data = event.json();
        assertThat(event.name()).isEqualTo(data.path("type").asText()).startsWith(PREFIX);
        assertThat(data.path("sequence_number").asInt(-1)).isEqualTo(sequence++);
        String what = event.name().substring(PREFIX.length());
        switch (what) {
            case "created", "in_progress" -> begun(data.path("response"));
            case "completed", "incomplete" -> end(what, data.path("response"));
            case "output_item.added" -> added(data);
            case "output_item.done" -> done(data);
            default -> inItem(what, data);
        }
    }

    private static void begun(JsonNode response) {
        assertThat(response.path("status").asText()).isEqualTo("in_progress");
        assertThat(response.path("output")).isEmpty();
    }

    private void end(String what, JsonNode response) {
        assertThat(item).isNull();
        assertThat(response.path("status").asText()).isEqualTo(what);
        assertThat(response.path("output")).isEqualTo(output);
        last = (ObjectNode) response;
    }

    private void added(JsonNode data) {
        assertThat(item).as("one item at a time").isNull();
        assertThat(data.path("output_index").asInt(-1)).isEqualTo(output.size());
        item = data.path("item");
        assertThat(item.path("id").asText()).isNotEmpty();
    }

    private void done(JsonNode data) {
        assertThat(partOpen).isFalse();
        assertThat(data.path("output_index").asInt(-1)).isEqualTo(output.size());
        assertThat(data.at("/item/id")).isEqualTo(item.path("id"));
        assertThat(data.at("/item/type")).isEqualTo(item.path("type"));
        output.add(data.path("item"));
        item = null;
    }

    private void inItem(String what, JsonNode data) {
        assertThat(data.path("output_index").asInt(-1)).isEqualTo(output.size());
        assertThat(data.path("item_id")).isEqualTo(item.path("id"));
        if (what.endsWith("part.added")) {
            assertThat(partOpen).isFalse();
            partOpen = true;
            piece.setLength(0);
        } else if (what.endsWith("part.done")) {
            assertThat(partOpen).isTrue();
            partOpen = false;
        } else if (!what.equals("output_text.annotation.added") && !what.startsWith("image_generation_call.")) {
            piece(what.substring(0, what.lastIndexOf('.')), what.endsWith(".done"), data);
        }
    }

    private void piece(String of, boolean whole, JsonNode data) {
        assertThat(partOpen).isEqualTo(!of.contains("call"));
        String field = WHOLE_FIELD.get(of);
        assertThat(field).as(of).isNotNull();
        if (whole) {
            assertThat(data.path(field).asText()).isEqualTo(piece.toString());
            piece.setLength(0);
        } else {
            piece.append(data.path("delta").asText());
        }
    }
}
