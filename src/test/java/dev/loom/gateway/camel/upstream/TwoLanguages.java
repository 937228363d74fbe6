package dev.loom.gateway.camel.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;

/**
 * Providers of three languages, each with two models: {@code <language>}, whose answers pass where the client speaks the same
 * language, and {@code <language>-ruled}, whose answers are always translated. All of them answer what a test says.
 */
final class TwoLanguages implements Closeable {

    private static final Map<String, String> PATHS = Map.of(
            "openai", "/v1/chat/completions",
            "responses", "/v1/responses",
            "anthropic", "/v1/messages",
            "gemini", "/v1beta/models/");

    private static final Map<String, String> BODIES = Map.of(
            "openai", "{'model':'%s','stream':%s,'messages':[{'role':'user','content':'hi'}]}",
            "responses", "{'model':'%s','stream':%s,'input':'hi'}",
            "anthropic", "{'model':'%s','stream':%s,'max_tokens':9,'messages':[{'role':'user','content':'hi'}]}",
            "gemini", "{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}");

    private final FakeProvider provider = new FakeProvider(this::serve);
    private final TestGateway gateway;
    private volatile String whole = "";
    private volatile List<String> events = List.of();

    TwoLanguages() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (String type : List.of("openai", "anthropic", "gemini")) {
            String surfaces = type.equals("openai") ? ", surfaces: [chat, responses]" : "";
            yaml.append(
                    """
                      - {name: %1$s, type: %1$s, api_key: k, base_url: "%2$s", models: [{name: %1$s%3$s}]}
                      - {name: %1$s-ruled, type: %1$s, api_key: k, base_url: "%2$s", models: [%1$s-ruled], request: {drop: [seed]}}
                    """
                            .formatted(type, provider.url(), surfaces)
                            .indent(0));
        }
        gateway = TestGateway.start(yaml + "routing: {failover: {max_retries: 0}}\n");
    }

    private void serve(FakeProvider.Call call) throws IOException {
        boolean stream = call.request().path().contains("streamGenerateContent")
                || call.request().body().contains("\"stream\":true");
        if (!stream) {
            call.json(200, whole);
            return;
        }
        call.startStream();
        for (String event : events) {
            call.write(event + "\n\n");
        }
        call.endStream();
    }

    /** JSON in which an apostrophe stands for a quotation mark. */
    void saysWhole(String json) {
        whole = json.replace('\'', '"');
    }

    /** @param all of the events with their lines, the data as in {@link #saysWhole} */
    void says(List<String> all) {
        events = all.stream().map(event -> event.replace('\'', '"')).toList();
    }

    /** What the client gets, as it comes. */
    String answer(String client, String model, boolean stream) {
        gateway.operate(model, "reset"); // from the troubles of an earlier test
        String gemini =
                client.equals("gemini") ? model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent") : "";
        String body = BODIES.get(client).formatted(model, stream).replace('\'', '"');
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + PATHS.get(client) + gemini))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    /** The answer, or all events of the stream, as JSON. */
    List<JsonNode> read(String client, String model, boolean stream) {
        String answer = answer(client, model, stream);
        return stream
                ? answer.lines()
                        .filter(line -> line.startsWith("data: {"))
                        .map(line -> json(line.substring("data: ".length())))
                        .toList()
                : List.of(json(answer));
    }

    static JsonNode json(String text) {
        return Json.lenient(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        gateway.close();
        provider.close();
    }
}
