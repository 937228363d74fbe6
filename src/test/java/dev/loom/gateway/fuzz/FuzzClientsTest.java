package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.completions.Completions;
import dev.loom.gateway.client.gemini.Gemini;
import dev.loom.gateway.client.messages.Messages;
import dev.loom.gateway.client.responses.Responses;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.dialects.Dialects;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it is a request that every provider is asked in its own words, or an error that says why not. */
class FuzzClientsTest {

    private static final List<String> TYPES = List.of("openai", "azure", "anthropic", "vertex", "gemini", "simulator");

    private static final String GEMINI = "/v1beta/models/m:generateContent";

    private static final byte[] COMPLETION =
            ("{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
                            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}")
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void chat() {
        assertThat(Fuzzing.escapes("requests: chat", Corpus.of("chat"), input -> {
                    try {
                        ask(ChatRequest.parse(input, TestTargets.RECEIVED));
                    } catch (InvalidRequest e) {
                        assertSaid(e.error());
                    }
                }))
                .isEmpty();
    }

    @Test
    void embeddings() {
        assertThat(Fuzzing.escapes("requests: embeddings", Corpus.of("embeddings"), input -> {
                    try {
                        ask(EmbeddingsRequest.parse(input));
                    } catch (InvalidRequest e) {
                        assertSaid(e.error());
                    }
                }))
                .isEmpty();
    }

    @Test
    void messages() {
        assertThat(requests(new Messages(), "/v1/messages")).isEmpty();
    }

    @Test
    void responses() {
        assertThat(requests(new Responses(), "/v1/responses")).isEmpty();
    }

    @Test
    void completions() {
        assertThat(requests(new Completions(), "/v1/completions")).isEmpty();
    }

    @Test
    void gemini() {
        assertThat(requests(new Gemini(), GEMINI)).isEmpty();
    }

    private static List<String> requests(Surface surface, String path) {
        String name = surface.name();
        return Fuzzing.escapes("requests: " + name, Corpus.of(name), input -> ask(surface, path, input));
    }

    private static void ask(Surface surface, String path, byte[] input) {
        try {
            ClientRequest request =
                    surface.read(new RawRequest(path, Lookup.NONE, Lookup.NONE, input, TestTargets.RECEIVED));
            ask(request.hub());
            assertThat(Json.lenient(request.answer(COMPLETION)).isObject()).isTrue();
        } catch (InvalidRequest e) {
            assertSaid(e.error());
        }
        surface.passedOn(input);
    }

    private static void ask(ApiRequest request) {
        for (String type : TYPES) {
            try {
                UpstreamRequest asked =
                        request.encode(Dialects.of(type), TestTargets.target(type, "2024-10-21", Map.of(), "m"));
                assertThat(Json.lenient(asked.body()).isContainerNode())
                        .as("what %s is sent", type)
                        .isTrue();
            } catch (UnsupportedRequest e) {
                assertSaid(e.error());
            }
        }
    }

    /** One of each language whose answers are translated, and what a client says in it. */
    static Stream<Arguments> translated() {
        return Stream.of(
                Arguments.of(new Completions(), "/v1/completions", "{'model':'m','prompt':'hi','echo':true}"),
                Arguments.of(new Responses(), "/v1/responses", "{'model':'m','input':'hi'}"),
                Arguments.of(
                        new Messages(),
                        "/v1/messages",
                        "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'hi'}]}"),
                Arguments.of(new Gemini(), GEMINI, "{'contents':[{'parts':[{'text':'hi'}]}]}"));
    }

    private static ClientRequest asked(Surface surface, String path, String body) throws InvalidRequest {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Lookup query = name -> name.equals("alt") ? "sse" : null;
        return surface.read(new RawRequest(path, query, Lookup.NONE, bytes, TestTargets.RECEIVED));
    }

    @ParameterizedTest
    @MethodSource("translated")
    void whole_answers_in_every_language(Surface surface, String path, String body) throws InvalidRequest {
        ClientRequest request = asked(surface, path, body);
        Dialect hub = Dialects.of("openai");
        assertThat(Fuzzing.escapes("answers: " + surface.name(), Corpus.of("openai-whole"), input -> {
                    try {
                        byte[] completion = hub.decode(input, TestTargets.plain(), TestTargets.openAi("m"))
                                .body();
                        assertThat(Json.lenient(request.answer(completion)).isObject())
                                .isTrue();
                    } catch (UnreadableAnswer e) {
                        // There is nothing to be said.
                    }
                }))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("translated")
    void streams_in_every_language(Surface surface, String path, String body) throws InvalidRequest {
        ClientRequest request = asked(surface, path, body);
        Dialect hub = Dialects.of("openai");
        assertThat(Fuzzing.escapes("streams: " + surface.name(), Corpus.of("openai-stream"), input -> {
                    Decoded stream = Decoded.of(
                            hub.stream(TestTargets.streaming(true), TestTargets.openAi("m")), input, input.length);
                    ByteArrayOutputStream said = new ByteArrayOutputStream();
                    StreamWriter writer = request.stream(said::writeBytes);
                    stream.chunks().forEach(chunk -> writer.chunk(chunk.getBytes(StandardCharsets.UTF_8)));
                    if (stream.done()) {
                        writer.done();
                    } else {
                        writer.failed(ApiError.server("It broke off.", null), "req_1");
                    }
                    assertEvents(said.toString(StandardCharsets.UTF_8));
                }))
                .isEmpty();
    }

    /** Each is JSON, or OpenAI's mark of the end. */
    private static void assertEvents(String stream) {
        assertThat(stream.lines().filter(line -> line.startsWith("data:")))
                .isNotEmpty()
                .allMatch(line -> line.equals("data: [DONE]")
                        || Json.lenient(line.substring(5).getBytes(StandardCharsets.UTF_8))
                                .isObject());
    }

    private static void assertSaid(ApiError error) {
        assertThat(Json.lenient(error.toBody()).at("/error/message").asText()).isNotEmpty();
    }
}
