package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.openai.GatheredAnswer;
import dev.loom.gateway.provider.openai.OpenAi;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Streams with so many calls, or pieces of one, that whoever looks through all earlier ones for each does not come to an end
 * for hours. Who does not needs a second or two; the time allowed is no measure of a machine.
 */
class ManyCallsTest {

    private static final int MANY = 150_000;
    private static final Duration FOREVER = Duration.ofSeconds(90);

    private static final String CHUNK =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                    + "\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}";

    private static String call(int index, boolean first, String arguments) {
        return CHUNK.formatted(
                "\"tool_calls\":[{\"index\":" + index
                        + (first ? ",\"id\":\"call_" + index + "\",\"type\":\"function\"" : "")
                        + ",\"function\":{" + (first ? "\"name\":\"f\"," : "") + "\"arguments\":\"" + arguments
                        + "\"}}]",
                "null");
    }

    private static byte[] end() {
        return CHUNK.formatted("", "\"tool_calls\"").getBytes(UTF_8);
    }

    private static int closed(IntFunction<String> chunks) {
        Counting calls = new Counting();
        AnswerReader reader = new AnswerReader(calls, 0);
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
        ChunkSink sink = new ChunkSink() {
            @Override
            public void chunk(byte[] data, boolean content) {
                reader.chunk(data);
            }

            @Override
            public void keepAlive() {}

            @Override
            public void failed(Failure failure) {
                throw new AssertionError(failure.toString());
            }

            @Override
            public void done() {
                reader.done();
            }
        };
        for (int i = 0; i < MANY; i++) {
            decoder.accept(new ServerSentEvent(null, chunks.apply(i).getBytes(UTF_8)), sink);
        }
        decoder.accept(new ServerSentEvent(null, end()), sink);
        decoder.end(sink);
        return calls.closed;
    }

    @Test
    void calls_with_new_indexes() {
        assertTimeoutPreemptively(
                FOREVER, () -> assertThat(closed(i -> call(i, true, "{}"))).isEqualTo(MANY));
    }

    @Test
    void calls_without_arguments() {
        assertTimeoutPreemptively(
                FOREVER, () -> assertThat(closed(i -> call(i, true, ""))).isEqualTo(MANY));
    }

    @Test
    void pieces_of_the_first_call_while_the_second_one_waits() {
        IntFunction<String> chunks =
                i -> i < 2 ? call(i, true, "{\\\"a\\\":\\\"") : call(0, false, "some more text } and");
        assertTimeoutPreemptively(FOREVER, () -> assertThat(closed(chunks)).isEqualTo(2));
    }

    @Test
    void a_stream_in_place_of_a_whole_answer() {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            stream.append("data: ").append(call(i, true, "{}")).append("\n\n");
            stream.append("data: ")
                    .append(CHUNK.formatted("\"content\":\"0123456789\"", "null"))
                    .append("\n\n");
        }
        stream.append("data: ").append(new String(end(), UTF_8)).append("\n\ndata: [DONE]\n\n");
        Completion whole = assertTimeoutPreemptively(
                FOREVER,
                () -> GatheredAnswer.read(
                        stream.toString().getBytes(UTF_8),
                        TestTargets.streaming(false),
                        new OpenAi(),
                        TestTargets.openAi("m")));
        JsonNode message = Json.lenient(whole.body()).at("/choices/0/message");
        assertThat(message.path("tool_calls")).hasSize(MANY);
        assertThat(message.path("content").textValue()).hasSize(10 * MANY);
    }

    private static final class Counting implements AnswerSink {
        int closed;

        @Override
        public void begin(Head head) {}

        @Override
        public void open(Block block) {}

        @Override
        public void more(Block block, String text, JsonNode logprobs) {}

        @Override
        public void close(Block block) {
            closed++;
        }

        @Override
        public void finish(int choice, String reason) {}

        @Override
        public void end(UsageDetails usage) {}

        @Override
        public void keepAlive() {}

        @Override
        public void failed(ApiError error, String requestId) {}
    }
}
