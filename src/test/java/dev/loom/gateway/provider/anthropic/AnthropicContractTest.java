package dev.loom.gateway.provider.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;
import dev.loom.gateway.provider.AnyJson;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
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
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever the provider sends, nothing throws, and what comes out is taken by OpenAI's own client. */
class AnthropicContractTest {

    private static final Anthropic DIALECT = new Anthropic();
    private static final Target TARGET = Claude.target(Claude.SONNET_4);

    private static RecordingSink run(boolean includeUsage, String stream, int... cuts) {
        return RecordingSink.of(
                DIALECT.stream(TestTargets.streaming(includeUsage), TARGET), stream.getBytes(UTF_8), cuts);
    }

    @Property(tries = 400)
    void every_completed_stream_is_taken_by_openais_accumulator(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) throws Exception {
        RecordingSink sink = run(includeUsage, stream);
        if (!sink.done) {
            return;
        }
        assertThat(StreamRules.accumulated(sink.chunks).choices()).hasSize(1);
    }

    @Property(tries = 400)
    void usage_stands_last_and_alone_and_only_if_asked_for(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) {
        StreamRules.usageStandsLastAndAlone(run(includeUsage, stream).chunks, includeUsage);
    }

    @Property(tries = 300)
    void any_split_into_reads_gives_the_same_chunks(
            @ForAll("streams") String stream, @ForAll List<@IntRange(max = 3000) Integer> positions) {
        int[] cuts = StreamRules.cuts(stream.getBytes(UTF_8).length, positions);
        StreamRules.areTheSame(run(true, stream, cuts), run(true, stream));
    }

    @Property(tries = 500)
    void no_json_makes_a_decoder_throw(@ForAll("events") List<String> events) {
        RecordingSink sink = run(true, "data: " + String.join("\n\ndata: ", events) + "\n\n");
        assertThat(sink.done).isEqualTo(sink.failure == null);
    }

    @Property(tries = 500)
    void no_json_makes_decode_throw_anything_but_what_it_says(@ForAll("anything") String body) throws Exception {
        try {
            Completion completion = DIALECT.decode(body.getBytes(UTF_8), TestTargets.plain(), TARGET);
            ObjectMappers.jsonMapper()
                    .readValue(completion.body(), ChatCompletion.class)
                    .validate();
        } catch (UnreadableAnswer e) {
            assertThat(e.failure().outcome()).isNotEqualTo(Outcome.SUCCESS);
        }
    }

    @Property(tries = 300)
    void nothing_makes_classify_throw(@ForAll("anything") String json, @ForAll byte[] bytes, @ForAll int status) {
        assertThat(DIALECT.classify(status, Headers.NONE, json.getBytes(UTF_8), TestTargets.RECEIVED))
                .isNotNull();
        assertThat(DIALECT.classify(status, Headers.NONE, bytes, TestTargets.RECEIVED))
                .isNotNull();
    }

    @Property(tries = 500)
    void a_request_is_translated_or_refused(@ForAll("messages") String message, @ForAll("anything") String value) {
        ChatRequest request = TestTargets.request("{\"model\":\"m\",\"messages\":[" + message + "],\"tools\":[" + value
                + "],\"tool_choice\":" + value + ",\"response_format\":" + value + ",\"stop\":" + value + ",\"user\":"
                + value + "}");
        try {
            JsonNode body = Json.lenient(DIALECT.encode(request, TARGET).body());
            assertThat(body.path("max_tokens").isInt()).isTrue();
        } catch (UnsupportedRequest e) {
            assertThat(e.error().param()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.oneOf(new AnyJson().get(), event());
    }

    @Provide
    Arbitrary<List<String>> events() {
        return anything().list().ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> messages() {
        return AnthropicJsonSamples.messages();
    }

    private static Arbitrary<String> event() {
        return AnthropicJsonSamples.events();
    }

    /** Events in any order, most of them with an end. */
    @Provide
    Arbitrary<String> streams() {
        return event().list().ofMaxSize(10).map(events -> {
            StringBuilder stream = new StringBuilder();
            events.forEach(e -> stream.append("event: x\ndata: ").append(e).append("\n\n"));
            return stream + "data: {\"type\":\"message_stop\"}\n\n";
        });
    }
}
