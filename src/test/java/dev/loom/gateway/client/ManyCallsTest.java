package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
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

    private Failure failure;

    private static String call(int index, boolean first, String arguments) {
        return "'tool_calls':[{'index':" + index
                + (first ? ",'id':'call_" + index + "','type':'function'" : "")
                + ",'function':{" + (first ? "'name':'f'," : "") + "'arguments':'" + arguments + "'}}]";
    }

    private int closed(IntFunction<String> deltas) {
        Counting calls = new Counting();
        ChatStream stream = new ChatStream(calls);
        for (int i = 0; i < MANY; i++) {
            stream.send(deltas.apply(i), null);
        }
        stream.send("", "tool_calls");
        stream.end();
        failure = stream.failure;
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
        assertThat(failure).as("so many may not wait for arguments").isNotNull();
    }

    @Test
    void pieces_of_the_first_call_while_the_second_one_waits() {
        IntFunction<String> chunks =
                i -> i < 2 ? call(i, true, "{\\'a\\':\\'") : call(0, false, "some more text } and");
        assertTimeoutPreemptively(FOREVER, () -> assertThat(closed(chunks)).isEqualTo(2));
    }

    private static String event(String delta, String reason) {
        return "data: " + ChatStream.json(delta, reason) + "\n\n";
    }

    @Test
    void a_stream_in_place_of_a_whole_answer() {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            stream.append(event(call(i, true, "{}"), null)).append(event("'content':'0123456789'", null));
        }
        stream.append(event("", "tool_calls")).append("data: [DONE]\n\n");
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
