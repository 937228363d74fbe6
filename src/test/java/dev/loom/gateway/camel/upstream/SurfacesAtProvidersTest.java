package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.ProviderKind;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every language of clients at every kind of provider: the same is said, whole and streamed, passed or translated. */
class SurfacesAtProvidersTest {

    private static final String TEXT = "Grüße, 世界 🌍";

    /** A client's language: how it asks, and where an answer has what. */
    private enum Spoken {
        CHAT(
                "/v1/chat/completions",
                "{'model':'M','stream':S,'messages':[{'role':'user','content':'hi'}],'tools':[{'type':"
                        + "'function','function':{'name':'weather','parameters':{'type':'object'}}}],'stream_options':{'include_usage':true}}",
                "/choices/0/message/content",
                "/choices/0/delta/content",
                "/choices/0/message/tool_calls/0/function/name",
                "/usage/completion_tokens",
                "/choices/0/finish_reason",
                "length"),
        MESSAGES(
                "/v1/messages",
                "{'model':'M','stream':S,'max_tokens':99,'messages':[{'role':'user','content':'hi'}],"
                        + "'tools':[{'name':'weather','input_schema':{'type':'object'}}]}",
                "/content/0/text",
                "/delta/text",
                "/content/0/name",
                "/usage/output_tokens",
                "/stop_reason",
                "max_tokens"),
        RESPONSES(
                "/v1/responses",
                "{'model':'M','stream':S,'input':'hi','tools':[{'type':'function','name':'weather',"
                        + "'parameters':{'type':'object'}}]}",
                "/output/0/content/0/text",
                "/delta",
                "/output/0/name",
                "/usage/output_tokens",
                "/incomplete_details/reason",
                "max_output_tokens"),
        COMPLETIONS(
                "/v1/completions",
                "{'model':'M','stream':S,'prompt':'hi','stream_options':{'include_usage':true}}",
                "/choices/0/text",
                "/choices/0/text",
                "",
                "/usage/completion_tokens",
                "/choices/0/finish_reason",
                "length"),
        GEMINI(
                "/v1beta/models/M:",
                "{'contents':[{'role':'user','parts':[{'text':'hi'}]}],'tools':[{'functionDeclarations':"
                        + "[{'name':'weather','parametersJsonSchema':{'type':'object'}}]}]}",
                "/candidates/0/content/parts/0/text",
                "/candidates/0/content/parts/0/text",
                "/candidates/0/content/parts/0/functionCall/name",
                "/usageMetadata/candidatesTokenCount",
                "/candidates/0/finishReason",
                "MAX_TOKENS");

        private final String path;
        private final String body;
        private final String text;
        private final String delta;
        private final String call;
        private final String tokens;
        private final String end;
        private final String cut;

        Spoken(
                String path,
                String body,
                String text,
                String delta,
                String call,
                String tokens,
                String end,
                String cut) {
            this.path = path;
            this.body = body.replace('\'', '"');
            this.text = text;
            this.delta = delta;
            this.call = call;
            this.tokens = tokens;
            this.end = end;
            this.cut = cut;
        }

        HttpResponse<String> ask(ProviderKind kind, boolean stream) {
            String model = kind.provider("chat");
            String action = stream ? "streamGenerateContent?alt=sse" : "generateContent";
            String url = gateway.url() + path.replace("M", model) + (this == GEMINI ? action : "");
            HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.replace("\"M\"", "\"" + model + "\"")
                            .replace("\"stream\":S", "\"stream\":" + stream))));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response;
        }
    }

    private static FakeProvider upstream;
    private static TestGateway gateway;
    private static volatile Said said;

    @BeforeAll
    static void start() {
        upstream = new FakeProvider(SurfacesAtProvidersTest::serve);
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("model_mapping:\n");
        for (ProviderKind kind : ProviderKind.values()) {
            providers.append(kind.config("chat", upstream.port()));
            models.append(kind.mapping("chat"));
        }
        gateway = TestGateway.start(providers + models.toString() + "routing: {failover: {max_retries: 0}}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static void serve(FakeProvider.Call call) throws IOException {
        String name = call.request().path().split("/")[1].replace("-chat", "");
        var voice = ProviderKind.valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT)).voice;
        boolean stream = call.request().path().contains("streamGenerateContent")
                || json(call.request().body()).path("stream").asBoolean();
        if (stream) {
            call.startStream();
            for (String event : voice.events(said)) {
                call.write(event);
            }
            call.endStream();
        } else {
            call.json(200, voice.answer(said));
        }
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Spoken.values())
                .flatMap(spoken -> Stream.of(ProviderKind.values()).map(kind -> Arguments.of(spoken, kind)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_text_with_its_tokens(Spoken spoken, ProviderKind kind) {
        said = Said.text(TEXT, "stop");
        JsonNode answer = json(spoken.ask(kind, false).body());
        assertThat(answer.at(spoken.text).asText()).as(answer.toString()).isEqualTo(TEXT);
        assertThat(answer.at(spoken.tokens).asInt()).as(answer.toString()).isEqualTo(Said.COMPLETION_TOKENS);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_stream_that_says_the_same(Spoken spoken, ProviderKind kind) {
        said = Said.text(TEXT, "stop");
        String stream = spoken.ask(kind, true).body();
        List<JsonNode> events = events(stream);
        Function<JsonNode, String> delta =
                event -> event.path("type").asText("delta").contains("delta")
                        ? event.at(spoken.delta).asText("")
                        : "";
        assertThat(events.stream().map(delta).reduce("", String::concat))
                .as(stream)
                .isEqualTo(TEXT);
        assertThat(events.stream()
                        .map(event -> event.has("response") ? event.path("response") : event)
                        .filter(event -> event.at(spoken.tokens).isNumber())
                        .reduce((first, last) -> last)
                        .map(event -> event.at(spoken.tokens).asInt()))
                .as(stream)
                .hasValue(Said.COMPLETION_TOKENS);
    }

    private static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> json(line.substring("data: ".length())))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void a_call_of_a_tool(Spoken spoken, ProviderKind kind) {
        if (!spoken.call.isEmpty()) {
            said = Said.calls(new Said.Call("call_1", "weather", "{\"city\":\"Łódź\"}"));
            JsonNode answer = json(spoken.ask(kind, false).body());
            assertThat(answer.at(spoken.call).asText()).as(answer.toString()).isEqualTo("weather");
            assertThat(answer.toString()).contains("Łódź");
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void an_answer_that_was_cut(Spoken spoken, ProviderKind kind) {
        said = Said.text("Once upon", "length");
        JsonNode answer = json(spoken.ask(kind, false).body());
        assertThat(answer.at(spoken.text).asText()).isEqualTo("Once upon");
        assertThat(answer.at(spoken.end).asText()).as(answer.toString()).isEqualTo(spoken.cut);
    }
}
