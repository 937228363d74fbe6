package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests to Claude models, in JSON whose strings stand in single quotes. */
public final class Claude {

    public static final String OLD = "claude-3-opus-20240229";
    public static final String SONNET_4 = "claude-sonnet-4-20250514";
    public static final String SONNET_4_5 = "claude-sonnet-4-5";
    public static final String OPUS_4_6 = "claude-opus-4-6";
    public static final String OPUS_4_7 = "claude-opus-4-7";
    public static final String OPUS_4_8 = "claude-opus-4-8";
    public static final String MYTHOS = "claude-mythos-5";

    private Claude() {}

    public static Target target(String model) {
        return target(model, "2023-06-01", new MaxOutputTokens(null, Map.of()));
    }

    public static Target target(String model, String version, MaxOutputTokens tokens) {
        ProviderConfig p = TestTargets.provider("anthropic", "https://up.example", null, "key-1", Map.of());
        return new Target(Records.with(p, "anthropicVersion", version, "maxOutputTokens", tokens), model);
    }

    /** A request with one message of the user and these other fields: {@code "'n':1"}. */
    public static ChatRequest asking(String fields) {
        return talking("{'role':'user','content':'Hi'}", fields);
    }

    public static ChatRequest talking(String messages, String fields) {
        String more = fields.isEmpty() ? "" : "," + fields;
        return TestTargets.request(quoted("{'model':'m','messages':[" + messages + "]" + more + "}"));
    }

    /** What Anthropic is sent. */
    public static ObjectNode body(ChatRequest request, String model) {
        return MessagesRequest.body(request, target(model));
    }

    public static JsonNode json(String singleQuoted) {
        JsonNode json = Json.lenient(quoted(singleQuoted).getBytes(StandardCharsets.UTF_8));
        if (json.isMissingNode()) {
            throw new AssertionError("Not JSON: " + singleQuoted);
        }
        return json;
    }

    public static String quoted(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
