package dev.loom.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionMessage;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.StreamRules;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.openai.GatheredAnswer;
import dev.loom.gateway.provider.openai.OpenAi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams of an OpenAI provider with texts and calls of which the pieces come in any order, and other things between them:
 * whoever reads them, however the bytes are cut, reads the same.
 */
class MixedOrdersTest {

    private static final int STREAMS = 50;

    private static final String DONE = "data: [DONE]\n\n";

    private static final List<String> NOISE = List.of(
            ": ping\n\n",
            "data: {}\n\n",
            "data: \n\n",
            "data: {\"choices\":[],\"usage\":null}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}\n\n");

    private static final List<String> ERRORS = List.of(
            "{'error':{'message':'boom'}}",
            "{'error':'boom'}",
            "{'object':'error','message':'boom','code':500}",
            "{'detail':'boom'}",
            "{'message':'boom'}",
            "{'errors':[{'message':'boom'}]}",
            "{'choices':[{'index':0,'delta':{'content':''},'finish_reason':'error'}],'error':{'message':'boom'}}");

    /** What a stream says, and its bytes. */
    private static final class Plan {
        private final Random random;
        private final StringBuilder text = new StringBuilder();
        private final Map<Integer, String> calls = new LinkedHashMap<>(); // name and arguments, as they begin
        private final List<String> events = new ArrayList<>();

        Plan(long seed) {
            random = new Random(seed);
            List<List<String>> sources = new ArrayList<>();
            sources.add(texts());
            IntStream.range(0, random.nextInt(4)).forEach(index -> sources.add(pieces(index)));
            while (sources.stream().anyMatch(source -> !source.isEmpty())) {
                int source = random.nextInt(sources.size());
                if (!sources.get(source).isEmpty()) {
                    say(sources.get(source).remove(0), source - 1);
                }
                if (random.nextInt(4) == 0) {
                    events.add(NOISE.get(random.nextInt(NOISE.size())));
                }
            }
        }

        /** @param call -1 for a text */
        private void say(String delta, int call) {
            if (call >= 0) {
                calls.putIfAbsent(call, "f" + call + " {\"a\":[" + call + ",\"]}\"]}");
            }
            String last = events.isEmpty() ? "" : events.get(events.size() - 1);
            boolean joined = call >= 0 && last.contains("tool_calls") && random.nextInt(3) == 0;
            if (joined) { // several entries in one chunk
                String entry = delta.replace('\'', '"').substring("'tool_calls':[".length());
                events.set(events.size() - 1, last.replace("]},\"finish", "," + entry + "},\"finish"));
            } else {
                events.add("data: " + ChatStream.json(delta, null) + "\n\n");
            }
        }

        /** The end in a chunk of its own, in the last one, or not told. */
        byte[] ended() {
            String reason = calls.isEmpty() ? "stop" : "tool_calls";
            int way = events.isEmpty() ? 0 : random.nextInt(3);
            String last = events.isEmpty() ? "" : events.get(events.size() - 1);
            if (way == 1 && last.contains("\"finish_reason\":null")) {
                events.set(events.size() - 1, last.replace("n\":null", "n\":\"" + reason + "\""));
                return bytes(DONE);
            } else if (way == 2
                    && events.stream().noneMatch("data: {}\n\n"::equals)
                    && !(text + "" + calls).equals("{}")) {
                return bytes(DONE);
            }
            return bytes("data: " + ChatStream.json("", reason) + "\n\n" + DONE);
        }

        private List<String> texts() {
            List<String> deltas = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                text.append("t").append(i);
                deltas.add("'content':'t" + i + "'");
            }
            return deltas;
        }

        private List<String> pieces(int index) {
            List<String> deltas = new ArrayList<>();
            String rest = "{~a~:[" + index + ",~]}~]}";
            while (!rest.isEmpty()) {
                int end = 1 + random.nextInt(rest.length());
                String arguments = rest.substring(0, end).replace("~", "\\'");
                deltas.add("'tool_calls':[{'index':" + index + ",'function':{'arguments':'" + arguments + "'}}]");
                rest = rest.substring(end);
            }
            String id = ",'id':'id" + index + "','type':'function'";
            String name = ",'function':{'name':'f" + index + "','arguments':''}";
            String call = "'tool_calls':[{'index':" + index;
            int at = random.nextInt(deltas.size() + 1);
            if (random.nextInt(3) == 0) {
                deltas.add(at, call + ",'function':{'name':'f" + index + "'}}]");
                deltas.add(random.nextInt(at + 1), call + id + "}]");
            } else {
                deltas.add(at, call + id + name + "}]");
            }
            return deltas;
        }

        byte[] bytes(String end) {
            return (String.join("", events) + end).getBytes(UTF_8);
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    private static RecordingSink run(byte[] stream, int... cuts) {
        return RecordingSink.of(
                new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m")), stream, cuts);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void all_readers_read_the_same(int seed) throws Exception {
        for (int i = 0; i < STREAMS; i++) {
            Plan plan = new Plan(seed * 1_000L + i);
            byte[] stream = plan.ended();
            String said = new String(stream, UTF_8);
            RecordingSink whole = run(stream);
            assertThat(whole.failure).as(said).isNull();
            StreamRules.areTheSame(
                    run(stream, plan.random.ints(9, 0, stream.length).sorted().toArray()), whole);
            ChatCompletionMessage message =
                    StreamRules.accumulated(whole.chunks).choices().get(0).message();
            assertThat(message.content().orElse("")).as(said).isEqualTo(plan.text.toString());
            assertThat(calls(message)).as(said).containsExactlyElementsOf(plan.calls.values());
            JsonNode gathered =
                    Json.lenient(GatheredAnswer.read(stream, TestTargets.plain(), new OpenAi(), TestTargets.openAi("m"))
                            .body());
            assertThat(callsOf(gathered.at("/choices/0/message/tool_calls")))
                    .as(said)
                    .containsExactlyElementsOf(plan.calls.values());
            Told told = new Told();
            AnswerReader reader = new AnswerReader(told, 0);
            whole.chunks.forEach(chunk -> reader.chunk(chunk.getBytes(UTF_8)));
            reader.done();
            assertThat(told.calls).as(said).containsExactlyElementsOf(plan.calls.values());
            assertThat(told.text.toString()).as(said).isEqualTo(plan.text.toString());
        }
    }

    /** The same of the second choice. */
    private static String second(String event) {
        return event.replace("[{\"index\":0,\"delta", "[{\"index\":1,\"delta");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void choices_do_not_wait_for_each_other(int seed) throws Exception {
        for (int i = 0; i < STREAMS; i++) {
            Plan first = new Plan(seed * 1_000L + i);
            Plan second = new Plan(-1 - seed * 1_000L - i);
            second.events.replaceAll(MixedOrdersTest::second);
            String begin = "data: " + ChatStream.json("", null) + "\n\n";
            String end = "data: " + ChatStream.json("", "stop") + "\n\n";
            StringBuilder both = new StringBuilder(begin + second(begin)); // a choice must be known before another ends
            while (!first.events.isEmpty() || !second.events.isEmpty()) {
                boolean turn = second.events.isEmpty() || (!first.events.isEmpty() && first.random.nextBoolean());
                both.append((turn ? first : second).events.remove(0));
            }
            byte[] stream = both.append(end + second(end) + DONE).toString().getBytes(UTF_8);
            RecordingSink whole = run(stream);
            assertThat(whole.failure).as(both.toString()).isNull();
            List<ChatCompletion.Choice> choices =
                    StreamRules.accumulated(whole.chunks).choices();
            for (ChatCompletion.Choice choice : choices) {
                Plan plan = choice.index() == 0 ? first : second;
                assertThat(choice.message().content().orElse(""))
                        .as(both.toString())
                        .isEqualTo(plan.text.toString());
                assertThat(calls(choice.message())).as(both.toString()).containsExactlyElementsOf(plan.calls.values());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void an_error_anywhere_is_told(int seed) {
        for (int i = 0; i < STREAMS; i++) {
            Plan plan = new Plan(seed * 1_000L + i);
            String error = ERRORS.get(plan.random.nextInt(ERRORS.size())).replace('\'', '"');
            String name = plan.random.nextBoolean() ? "event: error\n" : "";
            plan.events.add(plan.random.nextInt(plan.events.size() + 1), name + "data: " + error + "\n\n");
            byte[] stream = plan.bytes("data: " + ChatStream.json("", "stop") + "\n\n" + DONE);
            RecordingSink whole = run(stream);
            assertThat(whole.message()).as(new String(stream, UTF_8)).isEqualTo("boom");
            StreamRules.areTheSame(
                    run(stream, plan.random.ints(9, 0, stream.length).sorted().toArray()), whole);
        }
    }

    private static List<String> calls(ChatCompletionMessage message) {
        return message.toolCalls().orElse(List.of()).stream()
                .map(call -> call.asFunction().function())
                .map(function -> function.name() + " " + function.arguments())
                .toList();
    }

    private static List<String> callsOf(JsonNode calls) {
        List<String> all = new ArrayList<>();
        calls.forEach(call -> all.add(call.at("/function/name").asText() + " "
                + call.at("/function/arguments").asText()));
        return all;
    }

    /** What a client of another language is told. */
    private static final class Told implements AnswerSink {
        private final StringBuilder text = new StringBuilder();
        private final List<String> calls = new ArrayList<>();

        @Override
        public void begin(Head head) {}

        @Override
        public void open(Block block) {}

        @Override
        public void more(Block block, String more, JsonNode logprobs) {}

        @Override
        public void close(Block block) {
            if (block.kind() == Block.Kind.CALL) {
                calls.add(block.name() + " " + block.text());
            } else {
                text.append(block.text());
            }
        }

        @Override
        public void finish(int choice, String why) {}

        @Override
        public void end(UsageDetails usage) {}
    }
}
