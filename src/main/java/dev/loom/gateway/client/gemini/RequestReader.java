package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.Locale;
import java.util.Map;

/**
 * The fields of a request for content. Settings of Google's own filters are left out: other providers have filters of
 * their own.
 */
final class RequestReader {

    /** Fields of {@code generationConfig} by what the hub calls them. */
    private static final Map<String, String> SAME = Map.of(
            "temperature", "temperature",
            "topP", "top_p",
            "topK", "top_k",
            "candidateCount", "n",
            "maxOutputTokens", "max_completion_tokens",
            "stopSequences", "stop",
            "seed", "seed",
            "presencePenalty", "presence_penalty",
            "frequencyPenalty", "frequency_penalty",
            "responseLogprobs", "logprobs");

    private final Value in;
    private final Value config;
    private final HubRequest hub;

    RequestReader(Value in, Action action) throws InvalidRequest {
        this.in = in;
        this.config = Keys.at(in, "generationConfig");
        this.hub = new HubRequest(action.model(), action.stream());
        instruction();
        new ContentsReader(hub).read(in.at("contents"));
        new ToolReader(hub).read(in);
        steering();
        if (Keys.at(in, "cachedContent").isSet()) {
            hub.unsaid(Keys.at(in, "cachedContent"), "is kept by Google; other providers do not know it.");
        }
    }

    HubRequest hub() {
        return hub;
    }

    /** True if the client wants to see what the model thought. */
    boolean includeThoughts() throws InvalidRequest {
        return Keys.at(Keys.at(config, "thinkingConfig"), "includeThoughts").flag(false);
    }

    private void instruction() throws InvalidRequest {
        Value instruction = Keys.at(in, "systemInstruction");
        Parts parts = new Parts();
        for (Value part : Keys.items(instruction.at("parts"))) {
            parts.text(part.at("text").text(), part);
        }
        if (instruction.json().isTextual()) {
            parts.text(instruction.text(), instruction);
        }
        if (!parts.isEmpty()) {
            hub.message("system", instruction, parts);
        }
    }

    private void steering() throws InvalidRequest {
        Value limit = Keys.at(config, "maxOutputTokens");
        limit.require(!limit.isSet() || limit.count() > 0, "must be more than 0.");
        for (Map.Entry<String, String> field : SAME.entrySet()) {
            hub.copy(Keys.at(config, field.getKey()), field.getValue());
        }
        if (Keys.at(config, "responseLogprobs").flag(false)) {
            hub.copy(config.at("logprobs"), "top_logprobs");
        }
        thinking(Keys.at(config, "thinkingConfig"));
        format();
        for (Value modality : Keys.at(config, "responseModalities").items()) {
            if (!modality.text().equalsIgnoreCase("text")) {
                hub.unsaid(modality, "asks for more than text; other providers have no counterpart.");
            }
        }
    }

    /** A client that leaves it to the model, or wants none, asks for no effort: not every model has one to be set. */
    private void thinking(Value thinking) throws InvalidRequest {
        String level = Keys.at(thinking, "thinkingLevel").text("").toLowerCase(Locale.ROOT);
        int budget = Keys.at(thinking, "thinkingBudget").json().asInt();
        if (!level.isEmpty() && !level.endsWith("unspecified")) {
            hub.body().put("reasoning_effort", level);
        } else if (budget > 0) {
            hub.body().put("reasoning_effort", worth(budget));
        }
        hub.comesFrom("reasoning_effort", thinking);
    }

    /** Google's own translation of OpenAI's efforts: 1,024, 8,192 and 24,576 tokens. */
    private static String worth(int budget) {
        return budget <= 4_096 ? "low" : budget <= 16_384 ? "medium" : "high";
    }

    private void format() throws InvalidRequest {
        Value type = Keys.at(config, "responseMimeType");
        Value schema = Keys.at(config, "responseSchema");
        Value jsonSchema = Keys.at(config, "responseJsonSchema");
        boolean any = schema.isSet() || jsonSchema.isSet();
        switch (type.text(any ? "application/json" : "text/plain")) {
            case "text/plain" -> {}
            case "application/json" -> {
                ObjectNode format = hub.body().putObject("response_format");
                hub.comesFrom("response_format", type.isSet() ? type : schema.isSet() ? schema : jsonSchema);
                format.put("type", any ? "json_schema" : "json_object");
                if (any) {
                    format.putObject("json_schema")
                            .put("name", "answer")
                            .set("schema", jsonSchema.isSet() ? jsonSchema.object() : Schema.plain(schema.object()));
                }
            }
            default -> hub.unsaid(type, "is a form of answer that other providers do not have.");
        }
    }
}
