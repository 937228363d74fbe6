package dev.loom.gateway.client.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AnyAnswer;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.RecordedHub;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answer;
import dev.loom.gateway.testing.Recording;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContentStreamsTest {

    private static final String BODY = "{'contents':[{'parts':[{'text':'Hi'}]}],"
            + "'generationConfig':{'thinkingConfig':{'includeThoughts':true}}}";
    private static final ClientRequest REQUEST = asking(Map.of("alt", "sse"));

    private static ClientRequest asking(Map<String, String> query) {
        return Asked.read(new Gemini(), Asked.raw("/v1beta/models/m:streamGenerateContent", query, BODY));
    }

    /** The answers of a stream, by the published rules: the last one alone tells the end and the usage. */
    private static List<JsonNode> answers(List<Asked.Event> events) {
        List<JsonNode> answers = events.stream().map(Asked.Event::json).toList();
        for (int i = 0; i < answers.size(); i++) {
            boolean last = i == answers.size() - 1;
            assertThat(answers.get(i).at("/candidates/0").has("finishReason")).isEqualTo(last);
            assertThat(answers.get(i).has("usageMetadata")).isEqualTo(last);
            assertThat(answers.get(i).path("responseId"))
                    .isEqualTo(answers.get(0).path("responseId"));
        }
        return answers;
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void however_a_stream_is_cut_it_tells_the_whole_answer(int seed) {
        AnyAnswer any = new AnyAnswer(seed);
        ObjectNode completion = any.completion();
        JsonNode whole = Asked.answer(REQUEST, Json.bytes(completion));

        List<JsonNode> streamed = answers(Asked.events(REQUEST, any.chunks(completion)));

        assertThat(joined(streamed)).isEqualTo(joined(List.of(whole)));
        assertThat(streamed.get(streamed.size() - 1).path("usageMetadata")).isEqualTo(whole.path("usageMetadata"));
    }

    /** All parts of the answers, neighbours of one kind as one. */
    private static List<JsonNode> joined(List<JsonNode> answers) {
        List<JsonNode> parts = new ArrayList<>();
        for (JsonNode answer : answers) {
            for (JsonNode part : answer.at("/candidates/0/content/parts")) {
                JsonNode last = parts.isEmpty() ? Json.object() : parts.get(parts.size() - 1);
                if (last.has("text")
                        && part.has("text")
                        && !part.has("thoughtSignature")
                        && last.path("thought").equals(part.path("thought"))) {
                    ((ObjectNode) last)
                            .put(
                                    "text",
                                    last.path("text").asText()
                                            + part.path("text").asText());
                } else {
                    parts.add(part.deepCopy());
                }
            }
        }
        return parts;
    }

    @Test
    void a_stream_without_sse_is_a_json_array() {
        AnyAnswer any = new AnyAnswer(2);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamWriter stream = asking(Map.of()).stream(out::writeBytes);
        any.chunks(any.completion()).forEach(stream::chunk);
        stream.keepAlive();
        stream.done();

        assertThat(stream.contentType()).isEqualTo("application/json");
        assertThat(Json.lenient(out.toByteArray()).isArray()).isTrue();
        assertThat(Json.lenient(out.toByteArray())).hasSizeGreaterThan(1);
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error_in_googles_shape() {
        List<Asked.Event> events =
                Asked.events(REQUEST, stream -> stream.failed(ApiError.server("Too slow", "timeout"), "req-1"));
        assertThat(events).hasSize(1);
        assertThat(events.get(0).json())
                .isEqualTo(Asked.json("{'error':{'code':504,'message':'Too slow','status':'DEADLINE_EXCEEDED'}}"));
    }

    @Test
    void a_sign_of_life_is_white_space_which_googles_clients_skip() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        REQUEST.stream(out::writeBytes).keepAlive();
        assertThat(out.toString(UTF_8)).isBlank().isNotEmpty();
    }

    static Stream<Recording> recordings() {
        return RecordedHub.answers();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    @EnabledIfSystemProperty(named = RecordedHub.FOLDER, matches = ".+", disabledReason = "Skipped: no recordings")
    void nothing_of_a_recorded_answer_is_lost(Recording recording) {
        List<JsonNode> answers = recording.isStream()
                ? answers(Asked.events(REQUEST, RecordedHub.chunks(recording)))
                : List.of(Asked.answer(REQUEST, RecordedHub.completion(recording)));
        Answer read = ContentReading.of(answers);
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringExpectedNullFields()
                .ignoringFields("id", "created")
                .isEqualTo(RecordedHub.said(recording));
    }
}
