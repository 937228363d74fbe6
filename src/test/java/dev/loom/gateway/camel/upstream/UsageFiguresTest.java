package dev.loom.gateway.camel.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever a provider says where its counts of tokens stand: what cannot be true is estimated, and nobody is told it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageFiguresTest {

    private static final String TEXT = "word ".repeat(100);
    private static final long ESTIMATE = 125;

    /** In JSON, and what each of them means; null where it is no count. */
    private static final List<Map.Entry<String, Long>> FIGURES = figures();

    /** For what is read in one place whoever asks. */
    private static final List<Map.Entry<String, Long>> FEW = FIGURES.stream()
            .filter(figure -> List.of("9223372036854775808", "1e309", "-1000000", "true", "null", "\"12\"", "3.0")
                    .contains(figure.getKey()))
            .toList();

    private final FakeProvider provider = new FakeProvider(this::serve);
    private TestGateway gateway;
    private final Map<String, JsonNode> known = new HashMap<>();
    private volatile String input = "7";
    private volatile String output = "9";

    private static List<Map.Entry<String, Long>> figures() {
        List<Map.Entry<String, Long>> figures = new ArrayList<>();
        for (String none : List.of(
                "9223372036854775808",
                "10000000000000000000",
                "18446744073709551617",
                "1e19",
                "1e300",
                "1e309",
                "9223372036854775807",
                "10000001",
                "-7",
                "-1",
                "-1000000",
                "3.5",
                "true",
                "\"1e9\"",
                "\"-4\"",
                "\"\"",
                "[5]",
                "{}",
                "null")) {
            figures.add(Map.entry(none, -1L));
        }
        figures.add(Map.entry("\"12\"", 12L));
        figures.add(Map.entry("3.0", 3L));
        figures.add(Map.entry("1e1", 10L));
        figures.add(Map.entry("0", 0L));
        figures.add(Map.entry("10000000", 10_000_000L));
        return figures;
    }

    @BeforeAll
    void start() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (String type : List.of("openai", "anthropic", "gemini")) {
            yaml.append("  - {name: " + type + ", type: " + type + ", api_key: sk-provider-key, base_url: \""
                    + provider.url() + "\", models: [" + type + "-model]}\n");
        }
        yaml.append("  - {name: passing, type: openai, api_key: sk-provider-key, base_url: \"" + provider.url()
                + "\", models: [{name: passing-model, surfaces: [responses, completions]}]}\n");
        gateway = TestGateway.start(yaml.toString());
    }

    @AfterAll
    void stop() {
        gateway.close();
        provider.close();
    }

    private void serve(FakeProvider.Call call) throws IOException {
        String path = call.request().path();
        boolean stream = call.request().body().contains("\"stream\":true") || path.contains(":stream");
        if (path.contains("/messages")) {
            anthropic(call, stream);
        } else if (path.contains("enerateContent")) {
            gemini(call, stream);
        } else if (path.contains("batchEmbed")) {
            call.json(
                    200,
                    "{\"embeddings\":[{\"values\":[1,2]}],\"usageMetadata\":{\"promptTokenCount\":" + input + "}}");
        } else if (path.contains("embeddings")) {
            call.json(200, "{\"data\":[{\"embedding\":[1,2]}],\"usage\":{\"prompt_tokens\":" + input + "}}");
        } else if (path.contains("responses")) {
            responses(call, stream);
        } else if (path.contains("chat")) {
            chat(call, stream);
        } else if (path.contains("completions")) {
            String choices = "{\"choices\":[{\"index\":0,\"text\":\"" + TEXT + "\",\"finish_reason\":\"stop\"}],"
                    + usage("prompt", "completion") + "}";
            answer(call, stream, choices, choices, "[DONE]");
        } else {
            call.json(200, "{\"text\":\"" + TEXT + "\"," + usage("input", "output") + "}");
        }
    }

    private String usage(String in, String out) {
        return "\"usage\":{\"" + in + "_tokens\":" + input + ",\"" + out + "_tokens\":" + output + "}";
    }

    private void answer(FakeProvider.Call call, boolean stream, String whole, String... events) throws IOException {
        if (!stream) {
            call.json(200, whole);
            return;
        }
        call.startStream();
        for (String event : events) {
            call.event(event);
        }
        call.endStream();
    }

    private void chat(FakeProvider.Call call, boolean stream) throws IOException {
        answer(
                call,
                stream,
                "{\"choices\":[{\"message\":{\"content\":\"" + TEXT + "\"},\"finish_reason\":\"stop\"}],"
                        + usage("prompt", "completion") + "}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + TEXT
                        + "\"},\"finish_reason\":null}]}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                "{\"id\":\"c\",\"choices\":[]," + usage("prompt", "completion") + "}",
                "[DONE]");
    }

    private void anthropic(FakeProvider.Call call, boolean stream) throws IOException {
        answer(
                call,
                stream,
                "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"" + TEXT
                        + "\"}],\"stop_reason\":\"end_turn\"," + usage("input", "output") + "}",
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":"
                        + input + ",\"output_tokens\":1}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + TEXT
                        + "\"}}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":"
                        + output + "}}",
                "{\"type\":\"message_stop\"}");
    }

    private void gemini(FakeProvider.Call call, boolean stream) throws IOException {
        String whole = "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + TEXT
                + "\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":" + input
                + ",\"candidatesTokenCount\":" + output + "}}";
        answer(call, stream, whole, whole);
    }

    private void responses(FakeProvider.Call call, boolean stream) throws IOException {
        String whole =
                "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\","
                        + "\"content\":[{\"type\":\"output_text\",\"text\":\"" + TEXT + "\"}]}],"
                        + usage("input", "output") + "}";
        answer(
                call,
                stream,
                whole,
                "{\"type\":\"response.output_text.delta\",\"delta\":\"" + TEXT + "\"}",
                "{\"type\":\"response.completed\",\"response\":" + whole + "}");
    }

    /** One request of a client, and how a client finds the counts in its answer. */
    private record Asked(String provider, String path, String body, boolean passes) {

        private static Asked of(String surface, String provider, boolean stream) {
            String head = "{\"model\":\"" + provider + "-model\",\"stream\":" + stream + ",";
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
            return switch (surface) {
                case "chat" ->
                    new Asked(
                            provider,
                            "/v1/chat/completions",
                            head + (stream ? "\"stream_options\":{\"include_usage\":true}," : "") + messages + "}",
                            false);
                case "messages" ->
                    new Asked(
                            provider,
                            "/v1/messages",
                            head + "\"max_tokens\":99," + messages + "}",
                            provider.equals("anthropic"));
                case "responses" ->
                    new Asked(provider, "/v1/responses", head + "\"input\":\"hello\"}", provider.equals("passing"));
                case "completions" ->
                    new Asked(provider, "/v1/completions", head + "\"prompt\":\"hello\"}", provider.equals("passing"));
                default ->
                    new Asked(
                            provider,
                            "/v1beta/models/" + provider + "-model:"
                                    + (stream ? "streamGenerateContent?alt=sse" : "generateContent"),
                            "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}",
                            provider.equals("gemini"));
            };
        }
    }

    private void check(
            SoftAssertions all,
            Asked asked,
            boolean hasOutput,
            Map.Entry<String, Long> in,
            Map.Entry<String, Long> out) {
        input = in.getKey();
        output = out.getKey();
        JsonNode before = known.getOrDefault(asked.provider(), Json.object());
        HttpResponse<String> response = gateway.send(Http.post(gateway.url() + asked.path(), asked.body()));
        String what =
                asked.path() + " " + asked.body() + " of " + asked.provider() + " with " + input + " and " + output;
        all.assertThat(response.statusCode()).as(what + ": " + response.body()).isEqualTo(200);
        JsonNode now = gateway.stats(asked.provider()).path("tokens");
        known.put(asked.provider(), now);
        long inputs = now.path("input").asLong() - before.path("input").asLong();
        long outputs = now.path("output").asLong() - before.path("output").asLong();
        if (in.getValue() < 0) {
            all.assertThat(inputs).as(what + ": input").isBetween(1L, 100L);
        } else {
            all.assertThat(inputs).as(what + ": input").isEqualTo(in.getValue());
        }
        long expected = !hasOutput ? 0 : out.getValue() < 0 ? ESTIMATE : out.getValue();
        all.assertThat(outputs).as(what + ": output").isEqualTo(expected);
        if (!asked.passes()) {
            told(all, what, response.body(), inputs, outputs);
        }
    }

    /** The last counts in an answer or its events, in whatever language. */
    private static void told(SoftAssertions all, String what, String body, long input, long output) {
        for (String line : body.split("\n")) {
            JsonNode json = Json.lenient(line.replaceFirst("^data: ", "").getBytes(StandardCharsets.UTF_8));
            JsonNode usage = json.has("response") ? json.at("/response/usage") : json.path("usage");
            usage = usage.isMissingNode() ? json.path("usageMetadata") : usage;
            if (!usage.isObject() || json.path("type").asText().equals("message_start")) {
                continue;
            }
            for (String key : List.of("prompt_tokens", "input_tokens", "promptTokenCount")) {
                if (usage.has(key)) {
                    all.assertThat(usage.path(key).asLong())
                            .as(what + ": told " + usage)
                            .isEqualTo(input);
                }
            }
            for (String key : List.of("completion_tokens", "output_tokens", "candidatesTokenCount")) {
                if (usage.has(key)) {
                    all.assertThat(usage.path(key).asLong())
                            .as(what + ": told " + usage)
                            .isEqualTo(output);
                }
            }
        }
    }

    @Test
    void every_surface_counts_what_can_be_true_of_every_provider_and_estimates_the_rest() {
        SoftAssertions all = new SoftAssertions();
        for (String surface : List.of("chat", "messages", "responses", "completions", "gemini")) {
            for (String type : List.of("openai", "anthropic", "gemini", "passing")) {
                if (type.equals("passing")
                        && !List.of("responses", "completions").contains(surface)) {
                    continue;
                }
                for (boolean stream : new boolean[] {false, true}) {
                    Asked asked = Asked.of(surface, type, stream);
                    List<Map.Entry<String, Long>> figures = surface.equals("chat") ? FIGURES : FEW;
                    for (Map.Entry<String, Long> figure : figures) {
                        check(all, asked, true, Map.entry("7", 7L), figure);
                        check(all, asked, true, figure, Map.entry("9", 9L));
                    }
                }
            }
        }
        all.assertAll();
    }

    @Test
    void embeddings_have_no_output_and_their_input_is_estimated_where_it_cannot_be_true() {
        SoftAssertions all = new SoftAssertions();
        for (String type : List.of("openai", "gemini")) {
            Asked asked = new Asked(
                    type,
                    "/v1/embeddings",
                    "{\"model\":\"" + type + "-model\",\"input\":\"hello, how are you\",\"encoding_format\":\"float\"}",
                    false);
            for (Map.Entry<String, Long> figure : FIGURES) {
                if (!figure.getKey().equals("null") && !figure.getKey().equals("0")) {
                    check(all, asked, false, figure, Map.entry("9", 9L));
                }
            }
        }
        all.assertAll();
    }

    @Test
    void what_passes_on_the_other_paths_is_counted_alike() {
        SoftAssertions all = new SoftAssertions();
        for (String path : List.of("moderations", "rerank", "images/generations", "audio/transcriptions")) {
            Asked asked = new Asked(
                    "openai", "/v1/" + path, "{\"model\":\"openai-model\",\"input\":\"hello, how are you\"}", true);
            for (Map.Entry<String, Long> figure : FIGURES) {
                check(all, asked, true, Map.entry("7", 7L), figure);
                check(all, asked, true, figure, Map.entry("9", 9L));
            }
        }
        all.assertAll();
    }
}
