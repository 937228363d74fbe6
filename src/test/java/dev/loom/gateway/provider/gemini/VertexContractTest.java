package dev.loom.gateway.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.StreamRules;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever Gemini sends, nothing throws, and what comes out is taken by OpenAI's own client. */
class VertexContractTest {

    private static final Target TARGET = VertexTargets.target("gemini-3-pro");

    private final Vertex vertex = new Vertex();

    private RecordingSink run(boolean includeUsage, String stream, int... cuts) {
        return RecordingSink.of(
                vertex.stream(TestTargets.streaming(includeUsage), TARGET), stream.getBytes(UTF_8), cuts);
    }

    @Property(tries = 300)
    void every_completed_stream_is_taken_by_openais_accumulator(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) throws Exception {
        RecordingSink sink = run(includeUsage, stream);
        if (!sink.done) {
            return;
        }
        assertThat(StreamRules.accumulated(sink.chunks).validate().choices()).isNotEmpty();
    }

    @Property(tries = 300)
    void usage_stands_last_and_alone_and_only_if_asked_for(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) {
        StreamRules.usageStandsLastAndAlone(run(includeUsage, stream).chunks, includeUsage);
    }

    @Property(tries = 300)
    void any_split_into_reads_gives_the_same_chunks(
            @ForAll("streams") String stream, @ForAll List<@IntRange(max = 2000) Integer> positions) {
        int[] cuts = StreamRules.cuts(stream.getBytes(UTF_8).length, positions);
        StreamRules.areTheSame(run(true, stream, cuts), run(true, stream));
    }

    @Property(tries = 300)
    void an_answer_is_taken_by_openais_client_or_unreadable(@ForAll("anything") String answer) throws Exception {
        try {
            Completion completion = vertex.decode(answer.getBytes(UTF_8), TestTargets.plain(), TARGET);
            ChatCompletion taken = ObjectMappers.jsonMapper()
                    .readValue(completion.body(), ChatCompletion.class)
                    .validate();
            assertThat(taken.choices()).isNotEmpty();
        } catch (UnreadableAnswer e) {
            assertThat(e.failure().error().message()).isNotBlank();
        }
    }

    @Property(tries = 300)
    void a_stream_is_done_or_failed_whatever_it_says(@ForAll @Size(max = 4) List<@From("anything") String> events) {
        RecordingSink sink = run(true, "data: " + String.join("\n\ndata: ", events) + "\n\n");
        assertThat(sink.done).isEqualTo(sink.failure == null);
    }

    @Property(tries = 300)
    void bytes_that_are_no_json_do_no_harm(@ForAll byte[] bytes, @ForAll @IntRange(min = 300, max = 599) int status) {
        assertThat(vertex.classify(status, Headers.NONE, bytes, TestTargets.RECEIVED)
                        .outcome())
                .isNotEqualTo(Outcome.SUCCESS);
        RecordingSink sink = RecordingSink.of(vertex.stream(TestTargets.streaming(true), TARGET), bytes);
        assertThat(sink.failure).isNotNull();
    }

    @Property(tries = 300)
    void an_error_is_classified_whatever_it_says(@ForAll("anything") String body) {
        Failure failure = vertex.classify(500, Headers.NONE, body.getBytes(UTF_8), TestTargets.RECEIVED);
        assertThat(failure.error().message()).isNotBlank();
    }

    @Property(tries = 500)
    void a_request_is_encoded_or_refused_by_name(
            @ForAll @Size(min = 1, max = 3) List<@From("messages") String> messages, @ForAll("values") String value) {
        ChatRequest request = VertexTargets.request("'messages':" + messages + ",'tools':[" + value
                + "],'tool_choice':" + value + ",'response_format':" + value + ",'stop':" + value + ",'extra_body':"
                + value);
        for (String model : List.of("gemini-3-pro", "gemini-2.0-flash")) {
            try {
                assertThat(VertexTargets.encoded(request, model)
                                .path("contents")
                                .isArray())
                        .isTrue();
            } catch (UnsupportedRequest e) {
                assertThat(e.error().param()).isNotBlank();
            }
        }
    }

    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.oneOf(new GeminiJson(GeminiJson.ANSWER).get(), GeminiJson.event());
    }

    @Provide
    Arbitrary<String> values() {
        return new GeminiJson(GeminiJson.REQUEST).get();
    }

    @Provide
    Arbitrary<String> messages() {
        return GeminiJson.message();
    }

    @Provide
    Arbitrary<String> streams() {
        String end = "{\"candidates\":[{\"finishReason\":\"STOP\"},{\"finishReason\":\"STOP\"}]}";
        return GeminiJson.event()
                .list()
                .ofMaxSize(6)
                .map(events -> "data: " + String.join("\r\n\r\ndata: ", events) + "\r\n\r\ndata: " + end + "\r\n\r\n");
    }
}
