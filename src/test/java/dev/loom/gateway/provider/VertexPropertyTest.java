package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VertexPropertyTest {

    private static final Target TARGET = VertexTargets.target("gemini-3-pro");
    private static final Set<String> REASONS = Set.of("stop", "length", "tool_calls", "content_filter");

    private static final byte[] STREAM =
            """
            data: {"candidates": [{"content": {"role": "model","parts": [{"text": "Grüße, "}]}}],"responseId": "r"}

            : a comment

            data: {"candidates": [{"content": {"role": "model","parts": [{"text": "小さな 🌍"}]}}],
            data: "usageMetadata": {"promptTokenCount": 15},"responseId": "r"}

            data: {"candidates": [{"content": {"parts": [{"functionCall": {"name": "f","args": {"x": "é"}}}]},"finishReason": "STOP"}],"usageMetadata": {"promptTokenCount": 13,"candidatesTokenCount": 4},"responseId": "r"}

            """
                    .replace("\n", "\r\n")
                    .getBytes(UTF_8);

    private final Vertex vertex = new Vertex();

    @Property(tries = 300)
    void any_split_of_a_stream_into_reads_gives_the_same_chunks(
            @ForAll @Size(max = 6) List<@IntRange(max = 10_000) Integer> positions) {
        RecordingSink whole = RecordingSink.of(vertex.stream(TestTargets.streaming(true), TARGET), STREAM);
        int[] cuts = positions.stream()
                .mapToInt(position -> position % STREAM.length)
                .sorted()
                .toArray();
        RecordingSink split = RecordingSink.of(vertex.stream(TestTargets.streaming(true), TARGET), STREAM, cuts);
        assertThat(whole.chunks).hasSize(6);
        assertThat(split.chunks).isEqualTo(whole.chunks);
        assertThat(split.done).isTrue();
    }

    @Property(tries = 300)
    void an_answer_is_read_or_unreadable_whatever_it_is(@ForAll @From("anything") String answer) {
        try {
            JsonNode choices = Json.lenient(vertex.decode(answer.getBytes(UTF_8), TestTargets.plain(), TARGET)
                            .body())
                    .path("choices");
            assertThat(choices.isEmpty()).isFalse();
            choices.forEach(choice ->
                    assertThat(REASONS).contains(choice.path("finish_reason").asText()));
        } catch (UnreadableAnswer e) {
            assertThat(e.failure().error().message()).isNotBlank();
        }
    }

    @Property(tries = 300)
    void a_stream_is_done_or_failed_whatever_it_says(@ForAll @Size(max = 4) List<@From("anything") String> events) {
        RecordingSink sink = new RecordingSink();
        ChunkDecoder decoder = vertex.stream(TestTargets.streaming(true), TARGET);
        events.forEach(event -> decoder.accept(new ServerSentEvent(null, event.getBytes(UTF_8)), sink));
        decoder.end(sink);
        decoder.end(sink);
        assertThat(sink.done).isNotEqualTo(sink.failure != null);
        assertThat(sink.chunks).allMatch(chunk -> chunk.contains("\"object\":\"chat.completion.chunk\""));
    }

    @Property(tries = 300)
    void bytes_that_are_no_json_do_no_harm(@ForAll byte[] bytes, @ForAll @IntRange(min = 300, max = 599) int status) {
        assertThat(vertex.classify(status, Headers.NONE, bytes, Instant.EPOCH).outcome())
                .isNotEqualTo(Outcome.SUCCESS);
        RecordingSink sink = RecordingSink.of(vertex.stream(TestTargets.streaming(true), TARGET), bytes);
        assertThat(sink.failure).isNotNull();
    }

    @Property(tries = 300)
    void an_error_is_classified_whatever_it_says(@ForAll @From("anything") String body) {
        assertThat(vertex.classify(500, Headers.NONE, body.getBytes(UTF_8), Instant.EPOCH)
                        .error()
                        .message())
                .isNotBlank();
    }

    @Provide
    Arbitrary<String> anything() {
        return new GeminiJson(GeminiJson.ANSWER).get();
    }

    @Property(tries = 500)
    void a_request_is_encoded_or_unsupported_whatever_it_asks(
            @ForAll @Size(min = 1, max = 3) List<@From("members") String> messages,
            @ForAll @Size(min = 4, max = 4) List<@From("members") String> members) {
        ChatRequest request = VertexTargets.request("'messages':" + messages + ",'tools':[" + members.get(0)
                + "],'tool_choice':" + members.get(1) + ",'response_format':" + members.get(2) + ",'extra_body':"
                + members.get(3));
        for (String model : List.of("gemini-3-pro", "gemini-2.0-flash")) {
            try {
                assertThat(VertexTargets.encoded(request, model)
                                .path("contents")
                                .isEmpty())
                        .isFalse();
            } catch (UnsupportedRequest e) {
                assertThat(e.error().param()).isNotBlank();
            }
        }
    }

    @Provide
    Arbitrary<String> members() {
        return new GeminiJson(GeminiJson.REQUEST).object(3);
    }
}
