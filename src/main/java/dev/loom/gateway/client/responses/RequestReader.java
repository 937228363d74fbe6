package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a request. */
final class RequestReader {

    /** Fields that the hub has under the same name. */
    private static final List<String> SAME = List.of(
            "temperature",
            "top_p",
            "parallel_tool_calls",
            "service_tier",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention");

    private static final String LOGPROBS = "message.output_text.logprobs";

    private final Value in;
    private final HubRequest hub;
    private final ToolReader tools;

    private RequestReader(Value in) throws InvalidRequest {
        this.in = in;
        this.hub = new HubRequest(in.at("model").name(), in.at("stream").flag(false));
        this.tools = new ToolReader(hub);
    }

    /** @param earlier items of the conversation so far, null where they are not known */
    static RequestReader read(Value in, @Nullable ArrayNode earlier) throws InvalidRequest {
        RequestReader reader = new RequestReader(in);
        reader.instructions();
        reader.input(earlier);
        reader.tools.read(in);
        reader.steering();
        reader.unsaid(earlier != null);
        return reader;
    }

    HubRequest hub() {
        return hub;
    }

    ToolNames toolNames() {
        return tools.names();
    }

    Envelope envelope() {
        return new Envelope(in);
    }

    private void instructions() throws InvalidRequest {
        Value instructions = in.at("instructions");
        if (!instructions.text("").isEmpty()) {
            Parts parts = new Parts();
            parts.text(instructions.text(), instructions);
            hub.message("system", instructions, parts);
        }
    }

    private void input(@Nullable ArrayNode earlier) throws InvalidRequest {
        Value input = in.at("input");
        List<Value> items = new ArrayList<>();
        if (earlier != null) {
            earlier.forEach(item -> items.add(new Value(item, "previous_response_id", in.notation())));
        }
        boolean given = input.json().isTextual() || input.json().isArray();
        input.require(given || (!input.isSet() && isElsewhere()), "must be a string or an array of items.");
        InputReader reader = new InputReader(hub);
        if (input.json().isArray()) {
            items.addAll(input.items());
        }
        for (Value item : items) {
            reader.add(item);
        }
        reader.end();
        if (input.json().isTextual()) {
            Parts parts = new Parts();
            parts.text(input.text(), input);
            hub.message("user", input, parts);
        }
        if (!given && !hub.hasMessages()) {
            hub.message("user", input).put("content", ""); // the rest is kept by the provider that will answer
        }
        input.require(hub.hasMessages(), "must have at least one item.");
    }

    /** Whether a request without input has something to say all the same, which is kept somewhere. */
    private boolean isElsewhere() {
        return Stream.of("prompt", "conversation", "previous_response_id")
                .anyMatch(field -> in.at(field).isSet());
    }

    private void steering() throws InvalidRequest {
        for (String field : SAME) {
            hub.copy(in.at(field), field);
        }
        if (in.at("max_output_tokens").isSet()) {
            in.at("max_output_tokens").count();
            hub.copy(in.at("max_output_tokens"), "max_completion_tokens");
        }
        hub.copy(in.at("reasoning").at("effort"), "reasoning_effort");
        hub.copy(in.at("text").at("verbosity"), "verbosity");
        format(in.at("text").at("format"));
        for (Value included : in.at("include").items()) {
            if (included.text().equals(LOGPROBS)) {
                hub.body().put("logprobs", true);
                hub.copy(in.at("top_logprobs"), "top_logprobs");
            }
        }
    }

    private void format(Value format) throws InvalidRequest {
        if (!format.isSet()) {
            return;
        }
        String type = format.at("type").text();
        ObjectNode hubs = hub.body().putObject("response_format").put("type", type);
        hub.comesFrom("response_format", format);
        switch (type) {
            case "text", "json_object" -> {}
            case "json_schema" -> {
                ObjectNode schema = hubs.putObject("json_schema")
                        .put("name", format.at("name").name());
                for (String field : List.of("description", "strict")) {
                    if (format.at(field).isSet()) {
                        schema.set(field, format.at(field).json());
                    }
                }
                schema.set("schema", format.at("schema").object());
            }
            default -> throw format.at("type").invalid("must be text, json_object or json_schema.");
        }
    }

    /** What only the API itself can do, since it keeps something or runs something. */
    private void unsaid(boolean resolved) throws InvalidRequest {
        if (!resolved && !in.at("previous_response_id").text("").isEmpty()) {
            hub.unsaid(Previous.notFound(in.at("previous_response_id").text("")));
        }
        if (in.at("conversation").isSet()) {
            hub.unsaid(in.at("conversation"), "is kept by OpenAI; other providers do not know it.");
        }
        if (in.at("prompt").isSet()) {
            hub.unsaid(in.at("prompt"), "is kept by OpenAI; other providers do not know it.");
        }
        if (in.at("background").flag(false)) {
            hub.unsaid(in.at("background"), "asks for an answer in the background, which OpenAI alone gives.");
        }
    }
}
