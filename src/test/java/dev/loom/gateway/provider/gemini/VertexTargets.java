package dev.loom.gateway.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.testing.Records;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Made-up providers of the type vertex, and requests to them. */
public final class VertexTargets {

    static final String BASE = "https://us-central1-aiplatform.googleapis.com";

    private VertexTargets() {}

    public static Target target(String model) {
        return new Target(provider(BASE, "proj-1", "us-central1", null, Map.of()), model);
    }

    static ProviderConfig provider(
            String baseUrl,
            @Nullable String project,
            @Nullable String location,
            @Nullable String key,
            Map<String, String> headers) {
        ProviderConfig plain = TestTargets.provider("vertex", baseUrl, null, key, headers);
        return Records.with(
                plain,
                "organization",
                null,
                "project",
                null,
                "projectId",
                project,
                "location",
                location,
                "maxOutputTokens",
                new MaxOutputTokens(null, Map.of("gemini-limited", 77)));
    }

    /** JSON in which an apostrophe stands for a quotation mark. */
    public static JsonNode json(String text) {
        JsonNode json = Json.lenient(text.replace('\'', '"').getBytes(UTF_8));
        if (json.isMissingNode()) {
            throw new AssertionError("The test has bad JSON: " + text);
        }
        return json;
    }

    /** A request with these members after {@code model}. */
    static ChatRequest request(String members) {
        return TestTargets.request(("{'model':'m'," + members + "}").replace('\'', '"'));
    }

    /** A request of one message with more members. */
    static ChatRequest hi(String members) {
        return request("'messages':[{'role':'user','content':'hi'}]" + (members.isEmpty() ? "" : "," + members));
    }

    static JsonNode encoded(ChatRequest request, String model) {
        return Json.lenient(new Vertex().encode(request, target(model)).body());
    }

    /** What Gemini is sent as {@code contents}. */
    static JsonNode contents(String messages, String model) {
        return encoded(request("'messages':" + messages), model).path("contents");
    }
}
