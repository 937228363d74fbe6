package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletion;
import dev.loom.gateway.provider.AnyJson;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.StreamRules;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever a server sends, what comes out is refused by neither OpenAI's own client nor its strict checker. */
class OpenAiContractTest {

    private static final Target TARGET = TestTargets.openAi("m");

    private static RecordingSink run(boolean includeUsage, byte[] stream, int... cuts) {
        return RecordingSink.of(new OpenAi().stream(TestTargets.streaming(includeUsage), TARGET), stream, cuts);
    }

    @Property(tries = 200)
    void every_completed_stream_is_taken_by_openais_accumulator(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) throws Exception {
        RecordingSink sink = run(includeUsage, stream.getBytes(UTF_8));
        if (sink.done) {
            ChatCompletion completion = StreamRules.accumulated(sink.chunks);
            completion.choices().forEach(choice -> choice.message()
                    .toolCalls()
                    .ifPresent(calls -> calls.forEach(call -> assertThat(Json.lenient(call.asFunction()
                                            .function()
                                            .arguments()
                                            .getBytes(UTF_8))
                                    .isObject())
                            .isTrue())));
        }
    }

    @Property(tries = 200)
    void usage_stands_last_and_alone_and_only_if_asked_for(
            @ForAll("streams") String stream, @ForAll boolean includeUsage) {
        List<String> chunks = run(includeUsage, stream.getBytes(UTF_8)).chunks;
        for (int i = 0; i < chunks.size(); i++) {
            JsonNode chunk = Json.lenient(chunks.get(i).getBytes(UTF_8));
            if (chunk.path("choices").isEmpty()) {
                assertThat(includeUsage && i == chunks.size() - 1).isTrue();
                assertThat(chunk.path("usage").isObject()).isTrue();
            } else {
                assertThat(chunk.hasNonNull("usage")).isFalse();
            }
        }
    }

    @Property(tries = 200)
    void any_split_into_reads_gives_the_same_chunks(
            @ForAll("streams") String stream, @ForAll List<@IntRange(max = 3000) Integer> positions) {
        byte[] bytes = stream.getBytes(UTF_8);
        int[] cuts = StreamRules.cuts(bytes.length, positions);
        StreamRules.areTheSame(run(true, bytes, cuts), run(true, bytes));
    }

    @Property(tries = 100)
    void no_json_makes_a_decoder_throw(@ForAll List<@From("anything") String> events) {
        StringBuilder stream = new StringBuilder();
        events.forEach(event -> stream.append("data: ").append(event).append("\n\n"));
        RecordingSink sink = run(true, stream.toString().getBytes(UTF_8));
        assertThat(sink.done).isEqualTo(sink.failure == null);
        sink.chunks.forEach(chunk -> assertThat(chunk).startsWith("{").doesNotContain("\n"));
    }

    @Property(tries = 200)
    void no_bytes_make_a_decoder_throw(@ForAll byte[] bytes) {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(true), TARGET);
        RecordingSink sink = new RecordingSink();
        decoder.accept(new ServerSentEvent(null, bytes), sink);
        decoder.end(sink);
        assertThat(sink.done).isFalse();
    }

    @Property(tries = 100)
    void no_json_makes_decode_throw_anything_but_what_it_says(@ForAll("anything") String body) throws Exception {
        try {
            Completion completion = new OpenAi().decode(body.getBytes(UTF_8), TestTargets.plain(), TARGET);
            assertThat(Json.lenient(completion.body()).path("choices").isEmpty())
                    .isFalse();
        } catch (UnreadableAnswer e) {
            assertThat(e.failure().outcome()).isNotEqualTo(Outcome.SUCCESS);
        }
    }

    @Property(tries = 60)
    void every_decoded_answer_passes_openais_checker(
            @ForAll("messages") String message, @ForAll("endings") String ending) {
        String body = "{\"choices\":[{" + ending + "\"message\":" + message + "}]}";
        assertThatCode(() -> {
                    Completion completion = new OpenAi().decode(body.getBytes(UTF_8), TestTargets.plain(), TARGET);
                    ObjectMappers.jsonMapper()
                            .readValue(completion.body(), ChatCompletion.class)
                            .validate();
                })
                .doesNotThrowAnyException();
    }

    @Provide
    Arbitrary<String> anything() {
        return new AnyJson().get();
    }

    @Provide
    Arbitrary<String> messages() {
        return Arbitraries.of(
                "{}",
                "{\"content\":\"Hi\"}",
                "{\"content\":null,\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}",
                "{\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]}",
                "{\"role\":\"model\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"tool_calls\":null}");
    }

    @Provide
    Arbitrary<String> endings() {
        return Arbitraries.of(
                "", "\"finish_reason\":\"eos\",", "\"finish_reason\":null,", "\"finish_reason\":\"stop\",\"index\":0,");
    }

    /** Streams of the kinds that servers are known to send: with and without ids, indexes, roles, usage and ends. */
    @Provide
    Arbitrary<String> streams() {
        Arbitrary<String> event = Combinators.combine(heads(), Arbitraries.of("", ",\"usage\":null", USAGE), choices())
                .as((head, usage, choices) -> "data: {" + head + "\"choices\":" + choices + usage + "}\n\n");
        Arbitrary<String> other = Arbitraries.of(": ping\n\n", "data: {\"timings\":{}}\r\n\r\n", "event: message\n");
        Arbitrary<String> end = Arbitraries.of("data: [DONE]\n\n", "");
        return Combinators.combine(
                        Arbitraries.frequencyOf(Tuple.of(8, event), Tuple.of(1, other))
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(8),
                        end)
                .as((events, last) -> String.join("", events) + last);
    }

    private static final String USAGE = ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}";

    private static Arbitrary<String> heads() {
        return Arbitraries.of(
                "",
                "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",",
                "\"id\":\"c2\",\"object\":\"\",\"created\":8.0,\"model\":null,");
    }

    private static Arbitrary<String> choices() {
        Arbitrary<String> delta = Arbitraries.of(
                "\"delta\":{}",
                "\"x\":1",
                "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}",
                "\"delta\":{\"content\":\"Hü\"}",
                "\"delta\":{\"reasoning\":\"r\",\"role\":\"assistant\"}",
                "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "\"delta\":{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":null}}]}",
                "\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"h\",\"arguments\":{\"y\":2}}}]}");
        Arbitrary<String> reason =
                Arbitraries.of("", ",\"finish_reason\":null", ",\"finish_reason\":null", ",\"finish_reason\":\"eos\"");
        Arbitrary<String> index = Arbitraries.of("", "\"index\":0,");
        return Combinators.combine(index, delta, reason)
                .as((i, d, r) -> "[{" + i + d + r + "}]")
                .injectNull(0.1)
                .map(choices -> choices == null ? "[]" : choices);
    }
}
