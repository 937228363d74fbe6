package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ProviderConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests to Claude models, in JSON whose strings stand in single quotes. */
final class Claude {

    static final String OLD = "claude-3-opus-20240229";
    static final String SONNET_4 = "claude-sonnet-4-20250514";
    static final String SONNET_4_5 = "claude-sonnet-4-5";
    static final String OPUS_4_6 = "claude-opus-4-6";
    static final String OPUS_4_7 = "claude-opus-4-7";
    static final String OPUS_4_8 = "claude-opus-4-8";
    static final String MYTHOS = "claude-mythos-5";

    private Claude() {}

    static Target target(String model) {
        return target(model, "2023-06-01", new MaxOutputTokens(null, Map.of()));
    }

    static Target target(String model, String version, MaxOutputTokens tokens) {
        ProviderConfig p = TestTargets.provider("anthropic", "https://up.example", null, "key-1", Map.of());
        return new Target(
                new ProviderConfig(
                        p.name(),
                        p.type(),
                        p.enabled(),
                        p.apiKey(),
                        p.baseUrl(),
                        p.organization(),
                        p.project(),
                        p.apiVersion(),
                        p.deployments(),
                        p.projectId(),
                        p.location(),
                        p.credentialsFile(),
                        version,
                        p.models(),
                        p.headers(),
                        tokens,
                        p.rateLimit(),
                        p.healthCheck(),
                        p.cost(),
                        p.priority(),
                        p.weight(),
                        p.timeouts(),
                        p.proxy(),
                        p.tls(),
                        p.simulator()),
                model);
    }

    /** A request with one message of the user and these other fields: {@code "'n':1"}. */
    static ChatRequest asking(String fields) {
        return talking("{'role':'user','content':'Hi'}", fields);
    }

    static ChatRequest talking(String messages, String fields) {
        String more = fields.isEmpty() ? "" : "," + fields;
        return TestTargets.request(quoted("{'model':'m','messages':[" + messages + "]" + more + "}"));
    }

    /** What Anthropic is sent. */
    static ObjectNode body(ChatRequest request, String model) {
        return AnthropicRequest.body(request, target(model));
    }

    static JsonNode json(String singleQuoted) {
        JsonNode json = Json.lenient(quoted(singleQuoted).getBytes(StandardCharsets.UTF_8));
        if (json.isMissingNode()) {
            throw new AssertionError("Not JSON: " + singleQuoted);
        }
        return json;
    }

    static String quoted(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
