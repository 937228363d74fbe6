package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.StreamRules;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiStreamTest {

    private static final String HEAD =
            "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m-1\",\"choices\":[";
    private static final String USAGE =
            "{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11,\"prompt_tokens_details\":{\"cached_tokens\":4}}";
    private static final String ROLE = delta("{\"role\":\"assistant\",\"content\":\"\"}", null);
    private static final String HI = delta("{\"content\":\"Hi\"}", null);
    private static final String STOP = delta("{}", "stop");
    private static final String USAGE_CHUNK = HEAD + "],\"usage\":" + USAGE + "}";
    private static final String DONE = "[DONE]";

    private static String delta(String delta, @Nullable String reason) {
        return HEAD + choice(0, delta, reason) + "]}";
    }

    private static String choice(int index, String delta, @Nullable String reason) {
        return "{\"index\":" + index + ",\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                + (reason == null ? "null" : "\"" + reason + "\"") + "}";
    }

    private static String tool(String entries) {
        return delta("{\"tool_calls\":[" + entries + "]}", null);
    }

    private static RecordingSink run(ChatRequest request, String... data) {
        StringBuilder stream = new StringBuilder();
        for (String event : data) {
            stream.append("data: ").append(event).append("\n\n");
        }
        ChunkDecoder decoder = new OpenAi().stream(request, TestTargets.openAi("m"));
        return RecordingSink.of(decoder, stream.toString().getBytes(UTF_8));
    }

    private static RecordingSink run(String... data) {
        return run(TestTargets.streaming(false), data);
    }

    private static List<JsonNode> deltas(RecordingSink sink) {
        List<JsonNode> deltas = new ArrayList<>();
        sink.chunks.forEach(
                chunk -> Json.lenient(chunk.getBytes(UTF_8)).path("choices").forEach(c -> deltas.add(c.path("delta"))));
        return deltas;
    }

    private static List<String> toolDeltas(RecordingSink sink) {
        List<String> entries = new ArrayList<>();
        deltas(sink).forEach(delta -> delta.path("tool_calls").forEach(entry -> entries.add(Json.string(entry))));
        return entries;
    }

    private static String finishReason(RecordingSink sink) {
        String last = sink.chunks.get(sink.chunks.size() - 1);
        return Json.lenient(last.getBytes(UTF_8))
                .path("choices")
                .path(0)
                .path("finish_reason")
                .asText();
    }

    @Test
    void conforming_chunks_pass_byte_for_byte() {
        String spaced = ROLE.replace(",", " ,  ").replace("}]}", "}],\"usage\":null,\"obfuscation\":\"x\"}");
        RecordingSink sink = run(TestTargets.streaming(true), spaced, HI, STOP, USAGE_CHUNK, DONE);
        assertThat(sink.chunks).containsExactly(spaced, HI, STOP, USAGE_CHUNK);
        assertThat(sink.content).containsExactly(false, true, false, false);
        assertThat(sink.done).isTrue();
    }

    @Test
    void usage_is_read_and_kept_from_a_client_that_did_not_ask() {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
        String stream = "data: " + String.join("\n\ndata: ", ROLE, HI, STOP, USAGE_CHUNK, DONE) + "\n\n";
        assertThat(RecordingSink.of(decoder, stream.getBytes(UTF_8)).chunks).containsExactly(ROLE, HI, STOP);
        assertThat(decoder.usage()).isEqualTo(new Usage(9, 2, 4));
    }

    @Test
    void usage_on_other_chunks_is_moved_into_one_of_its_own_before_the_end() {
        String early = HEAD + choice(0, "{\"role\":\"assistant\",\"content\":\"Hi\"}", null)
                + "],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,\"total_tokens\":10}}";
        String last = HEAD + choice(0, "{}", "stop") + "],\"usage\":" + USAGE + "}";
        RecordingSink sink = run(TestTargets.streaming(true), early, last, DONE);
        assertThat(sink.chunks).hasSize(3);
        assertThat(sink.chunks.get(0)).doesNotContain("usage");
        assertThat(sink.chunks.get(1)).isEqualTo(STOP);
        assertThat(sink.chunks.get(2)).isEqualTo(USAGE_CHUNK);
    }

    @Test
    void of_several_usage_chunks_the_last_one_counts() {
        String first = USAGE_CHUNK.replace(":2,", ":1,");
        assertThat(run(TestTargets.streaming(true), ROLE, HI, STOP, first, USAGE_CHUNK, DONE).chunks)
                .containsExactly(ROLE, HI, STOP, USAGE_CHUNK);
    }

    @Test
    void whatever_follows_the_end_of_a_choice_is_dropped() {
        RecordingSink sink = run(ROLE, HI, STOP, delta("{}", null), delta("{\"content\":\"\"}", "stop"), DONE);
        assertThat(sink.chunks).containsExactly(ROLE, HI, STOP);
        assertThat(sink.done).isTrue();
    }

    @Test
    void one_choice_may_end_before_another() {
        String both = HEAD + choice(0, "{\"role\":\"assistant\",\"content\":\"a\"}", "stop") + ","
                + choice(1, "{\"role\":\"assistant\",\"content\":\"b\"}", null) + "]}";
        String rest = HEAD + choice(0, "{}", null) + "," + choice(1, "{\"content\":\"c\"}", "stop") + "]}";
        RecordingSink sink = run(both, rest, DONE);
        assertThat(sink.chunks).containsExactly(both, HEAD + choice(1, "{\"content\":\"c\"}", "stop") + "]}");
    }

    @Test
    void id_time_and_model_are_those_of_the_first_chunk() {
        RecordingSink sink =
                run(ROLE, HI.replace("c1", "c2").replace(":7", ":8").replace("m-1", "m-2"), STOP, DONE);
        assertThat(sink.chunks).containsExactly(ROLE, HI, STOP);
    }

    @Test
    void what_is_missing_is_filled_in() {
        RecordingSink sink = run(
                "{\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}", "{\"choices\":[{\"finish_reason\":\"end_turn\"}]}");
        JsonNode first = Json.lenient(sink.chunks.get(0).getBytes(UTF_8));
        assertThat(first.path("id").textValue()).startsWith("chatcmpl-").hasSizeGreaterThan(20);
        assertThat(first.path("object").textValue()).isEqualTo("chat.completion.chunk");
        assertThat(first.path("created").longValue()).isEqualTo(TestTargets.RECEIVED.getEpochSecond());
        assertThat(first.path("model").textValue()).isEqualTo("m");
        assertThat(first.path("choices").path(0).path("index").isInt()).isTrue();
        assertThat(first.path("choices").path(0).path("delta").path("role").textValue())
                .isEqualTo("assistant");
        assertThat(first.path("choices").path(0).get("finish_reason").isNull()).isTrue();
        assertThat(finishReason(sink)).isEqualTo("stop");
        assertThat(sink.done).isTrue();
    }

    @Test
    void the_role_stands_on_the_first_delta_only() {
        RecordingSink sink = run(
                delta("{\"content\":\"a\"}", null), delta("{\"role\":\"assistant\",\"content\":\"b\"}", null), STOP);
        assertThat(deltas(sink).get(0).path("role").textValue()).isEqualTo("assistant");
        assertThat(deltas(sink).get(1).has("role")).isFalse();
    }

    @Test
    void tool_calls_of_openai_pass_untouched() {
        String begin = delta(
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                null);
        String args = tool("{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":1}\"}}");
        String next = tool(
                "{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}");
        String end = delta("{}", "tool_calls");
        RecordingSink sink = run(begin, args, next, end, DONE);
        assertThat(sink.chunks).containsExactly(begin, args, next, end);
        assertThat(sink.content).containsExactly(true, true, true, false);
    }

    @Test
    void tool_deltas_without_index_are_told_apart_by_id() {
        RecordingSink sink = run(
                ROLE,
                tool("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}"),
                tool("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}"),
                tool("{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}"),
                tool("{\"function\":{\"arguments\":\"}\"}}"),
                DONE);
        assertThat(toolDeltas(sink))
                .containsExactly(
                        "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"},\"type\":\"function\",\"index\":0}",
                        "{\"function\":{\"arguments\":\"}\"},\"index\":0}",
                        "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"},\"type\":\"function\",\"index\":1}",
                        "{\"function\":{\"arguments\":\"}\"},\"index\":1}");
        assertThat(finishReason(sink)).isEqualTo("tool_calls");
    }

    @Test
    void calls_that_all_have_index_0_are_told_apart_by_id_and_name() {
        RecordingSink sink = run(
                ROLE,
                tool(
                        "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
                tool(
                        "{\"index\":0,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}"),
                tool("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}"),
                DONE);
        assertThat(toolDeltas(sink).get(1)).contains("\"index\":1");
        assertThat(toolDeltas(sink).get(2)).contains("\"index\":1");
    }

    @Test
    void an_id_made_up_for_every_delta_does_not_begin_a_call() {
        RecordingSink sink = run(
                ROLE,
                tool(
                        "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                tool(
                        "{\"index\":0,\"id\":\"z\",\"type\":\"function\",\"function\":{\"name\":null,\"arguments\":\"{}\"}}"),
                DONE);
        assertThat(toolDeltas(sink).get(1)).isEqualTo("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}");
    }

    @Test
    void a_call_without_arguments_gets_empty_ones_before_the_answer_ends() {
        String call = tool(
                "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}");
        RecordingSink atFinish = run(ROLE, call, delta("{}", "tool_calls"), DONE);
        RecordingSink atDone = run(ROLE, call, DONE);
        for (RecordingSink sink : List.of(atFinish, atDone)) {
            assertThat(toolDeltas(sink))
                    .hasSize(2)
                    .last()
                    .isEqualTo("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}");
            assertThat(finishReason(sink)).isEqualTo("tool_calls");
        }
    }

    @Test
    void a_call_without_arguments_gets_empty_ones_before_the_next_begins() {
        RecordingSink sink = run(
                ROLE,
                tool(
                        "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                tool(
                        "{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}"),
                DONE);
        assertThat(toolDeltas(sink).get(1)).isEqualTo("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}");
        assertThat(toolDeltas(sink).get(2)).contains("\"id\":\"b\"");
    }

    @Test
    void a_call_that_comes_with_the_end_in_one_chunk_gets_its_empty_arguments_there() {
        String all =
                "{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":null}},{\"function\":{\"name\":\"g\",\"arguments\":{\"x\":1}}}]}";
        RecordingSink sink = run(delta(all, "tool_calls"), DONE);
        assertThat(sink.chunks).hasSize(1);
        assertThat(toolDeltas(sink).get(0)).contains("\"arguments\":\"{}\"", "\"index\":0", "\"id\":\"call_");
        assertThat(toolDeltas(sink).get(1))
                .contains("\"arguments\":\"{\\\"x\\\":1}\"", "\"index\":1", "\"id\":\"call_");
    }

    @Test
    void arguments_that_come_too_late_are_a_failure_and_not_a_corrupted_call() {
        RecordingSink sink = run(
                ROLE,
                tool("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                tool("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}"),
                tool("{\"index\":0,\"function\":{\"arguments\":\"{\"}}"));
        assertThat(sink.outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @ParameterizedTest
    @CsvSource({"0 1 0 1", "1 0 1 0", "0 0 1 1", "1 1 0 0"})
    void calls_may_be_announced_before_the_arguments_of_any(String order) throws Exception {
        List<String> stream = new ArrayList<>(List.of(ROLE, begin(0, "a", ""), begin(1, "b", ""), begin(2, "c", "")));
        Map<String, Integer> sent = new HashMap<>();
        for (String index : order.split(" ")) {
            boolean first = sent.merge(index, 1, Integer::sum) == 1;
            stream.add(piece(Integer.parseInt(index), first ? "{" : "}"));
        }
        stream.add(delta("{}", "tool_calls"));
        assertThat(arguments(run(stream.toArray(String[]::new)))).containsExactly("{}", "{}", "{}");
    }

    /** Of all calls what clients make of them: id, name, arguments. */
    private static List<String> calls(RecordingSink sink) throws Exception {
        return StreamRules.accumulated(sink.chunks).choices().get(0).message().toolCalls().orElseThrow().stream()
                .map(call -> call.asFunction())
                .map(call -> (call.id().startsWith("call_") ? "made" : call.id()) + " "
                        + call.function().name() + " " + call.function().arguments())
                .toList();
    }

    private static final ChatRequest WITH_TOOLS = TestTargets.request(
            "{\"model\":\"m\",\"messages\":[{}],\"stream\":true,\"tools\":[{\"type\":\"function\","
                    + "\"function\":{\"name\":\"get_weather\"}},{\"type\":\"function\",\"function\":{\"name\":\"get\"}}]}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the arguments first
                "{'index':0,'function':{'arguments':'{'}} {'index':0,'id':'a','type':'function','function':{'name':'f','arguments':'}'}} | a f {}",
                "{'function':{'arguments':'{'}} {'id':'a','function':{'name':'f'}} {'function':{'arguments':'}'}}   | a f {}",
                "{'function':{'arguments':'{'}} {'function':{'name':'f','arguments':'}'}}                          | made f {}",
                "{'index':0,'function':{'arguments':'{}'}} {'index':0,'id':'a'} {'index':0,'function':{'name':'f'}} | a f {}",
                "{'index':0,'id':'x','function':{'arguments':'{'}} {'index':0,'id':'y','function':{'name':'f','arguments':'}'}} | y f {}",
                // the id late, or never
                "{'index':0,'function':{'name':'f','arguments':'{'}} {'index':0,'id':'a','function':{'arguments':'}'}} | made f {}",
                "{'function':{'name':'f','arguments':'{'}} {'id':'a','function':{'arguments':'}'}}                  | made f {}",
                "{'index':0,'function':{'name':'f','arguments':''}} {'index':0,'id':'a','function':{'name':'f','arguments':'{}'}} | made f {}",
                "{'index':0,'function':{'name':'f','arguments':'{'}} {'index':0,'function':{'arguments':'}'}}       | made f {}",
                // the name in pieces
                "{'index':0,'id':'a','function':{'name':'get_','arguments':''}} {'index':0,'function':{'name':'weather'}} {'index':0,'function':{'arguments':'{}'}} | a get_weather {}",
                "{'index':0,'id':'a','function':{'name':'get_'}} {'index':0,'function':{'name':'get_weather'}} {'index':0,'function':{'arguments':'{}'}} | a get_weather {}",
                "{'index':0,'id':'a','function':{'name':'get_','arguments':''}} {'index':0,'function':{'arguments':'{}'}} | a get_ {}",
                "{'index':0,'id':'a','function':{'name':'get_','arguments':''}}                                    | a get_ {}",
                "{'index':0,'id':'a','function':{'name':'get','arguments':'{}'}}                                   | a get {}",
                "{'index':0,'id':'a','function':{'name':'get','arguments':'{'}} {'index':0,'function':{'name':'get','arguments':'}'}} | a get {}",
            })
    void what_comes_of_a_call_in_any_order_is_one_call(String entries, String expected) throws Exception {
        for (boolean done : new boolean[] {true, false}) {
            List<String> stream = new ArrayList<>(List.of(ROLE));
            for (String entry : entries.replace('\'', '"').split(" ")) {
                stream.add(tool(entry));
            }
            stream.add(done ? DONE : delta("{}", "tool_calls"));
            assertThat(calls(run(WITH_TOOLS, stream.toArray(String[]::new)))).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'index':0,'id':'a','function':{'name':'get_','arguments':'{}'}} {'index':0,'id':'b','function':{'name':'get','arguments':'{}'}} | a get_ {};b get {}",
                "{'index':0,'id':'a','function':{'name':'get_','arguments':'{}'}} {'index':0,'id':'b','function':{'name':'get_','arguments':'{}'}} | a get_ {};b get_ {}",
                "{'index':0,'id':'a','function':{'name':'get_'}} {'index':0,'id':'b','function':{'name':'get'}} | a get_ {};b get {}",
                "{'index':0,'id':'a','function':{'name':'get_'}} {'index':0,'id':'b','function':{'name':'f','arguments':'{'}} {'index':0,'function':{'arguments':'}'}} | a get_ {};b f {}",
                "{'index':0,'function':{'name':'get_','arguments':'{}'}} {'index':0,'function':{'name':'f','arguments':'{}'}} | made get_ {};made f {}",
                "{'function':{'name':'get_','arguments':'{}'}} {'function':{'name':'get','arguments':'{}'}} | made get_ {};made get {}",
                "{'function':{'name':'get_','arguments':'{}'}},{'function':{'name':'f','arguments':'{}'}} | made get_ {};made f {}",
                // ids that are made up for every delta
                "{'index':0,'id':'a','function':{'name':'get_'}} {'index':0,'id':'b','function':{'name':'weather','arguments':'{'}} {'index':0,'id':'c','function':{'arguments':'}'}} | b get_weather {}",
            })
    void a_call_whose_name_is_no_tools_does_not_take_what_is_of_the_next_one(String entries, String expected)
            throws Exception {
        List<String> stream = new ArrayList<>(List.of(ROLE));
        for (String entry : entries.replace('\'', '"').split(" ")) {
            stream.add(tool(entry));
        }
        stream.add(delta("{}", "tool_calls"));
        stream.add(DONE);
        assertThat(calls(run(WITH_TOOLS, stream.toArray(String[]::new)))).containsExactly(expected.split(";"));
    }

    @Test
    void an_id_alone_is_no_call() {
        String id = "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":null,\"arguments\":\"\"}}";
        for (String end : new String[] {STOP, delta("{}", "length"), DONE}) {
            RecordingSink sink = run(ROLE, tool(id), HI, end, DONE);
            assertThat(sink.failure).isNull();
            assertThat(toolDeltas(sink)).isEmpty();
            assertThat(deltas(sink).stream().map(delta -> delta.path("content").asText("")))
                    .contains("Hi");
        }
        assertThat(run(ROLE, tool(id), HI).chunks).as("it waits for nothing").containsExactly(ROLE, HI);
        assertThat(run(ROLE, tool(id), HI, delta("{}", "tool_calls")).message()).contains("without a name");
    }

    @Test
    void a_name_that_is_a_tools_does_not_wait() {
        String call = begin(0, "a", "").replace("\"f\"", "\"get\"");
        assertThat(run(WITH_TOOLS, ROLE, call).chunks).containsExactly(ROLE, call);
    }

    @Test
    void an_entry_that_says_nothing_is_no_call() {
        RecordingSink sink = run(ROLE, HI, piece(0, ""), DONE);
        assertThat(finishReason(sink)).isEqualTo("stop");
        assertThat(toolDeltas(sink)).isEmpty();
    }

    @Test
    void what_waits_for_a_name_is_no_content() {
        RecordingSink sink = run(ROLE, piece(0, "{"));
        assertThat(sink.content).containsExactly(false);
        assertThat(sink.outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void an_announced_call_gets_empty_arguments_when_another_one_takes_its_index() {
        RecordingSink sink = run(ROLE, begin(0, "a", ""), begin(0, "b", ""), piece(0, "{}"), DONE);
        assertThat(toolDeltas(sink).get(1)).isEqualTo("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}");
        assertThat(toolDeltas(sink).get(3)).isEqualTo("{\"index\":1,\"function\":{\"arguments\":\"{}\"}}");
    }

    /** Of all calls, as OpenAI's own client puts them together. */
    private static List<String> arguments(RecordingSink sink) throws Exception {
        return StreamRules.accumulated(sink.chunks).choices().get(0).message().toolCalls().orElseThrow().stream()
                .map(call -> call.asFunction().function().arguments())
                .toList();
    }

    private static String piece(int index, String arguments) {
        return tool("{\"index\":" + index + ",\"function\":{\"arguments\":\"" + arguments + "\"}}");
    }

    private static String begin(int index, String id, String arguments) {
        return tool("{\"index\":" + index + ",\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"" + arguments + "\"}}");
    }

    @Test
    void two_calls_with_one_id_are_two_where_their_indexes_say_so() throws Exception {
        RecordingSink sink = run(
                ROLE,
                begin(0, "a", "{"),
                piece(0, "}"),
                begin(1, "a", ""),
                tool("{\"index\":1,\"id\":\"a\",\"function\":{\"arguments\":\"[\"}}"),
                begin(1, "a", "]"),
                delta("{}", "tool_calls"));
        assertThat(arguments(sink)).containsExactly("{}", "[]");
        assertThat(toolDeltas(sink).get(2)).contains("\"id\":\"a\"", "\"index\":1");
    }

    @ParameterizedTest
    @CsvSource({
        "length,length",
        "STOP,stop",
        "end_turn,stop",
        "eos,stop",
        "abort,length",
        "insufficient_system_resource,length",
        "something_new,stop",
        "max_tokens,length",
        "tool_use,tool_calls",
        "safety,content_filter"
    })
    void finish_reasons_are_openais(String sent, String expected) {
        assertThat(finishReason(run(ROLE, HI, delta("{}", sent), DONE))).isEqualTo(expected);
    }

    @Test
    void done_without_a_finish_reason_is_completed() {
        RecordingSink sink = run(ROLE, HI, DONE);
        assertThat(sink.chunks).containsExactly(ROLE, HI, STOP);
        assertThat(sink.done).isTrue();
    }

    @Test
    void the_end_of_the_connection_is_enough_after_a_finish_reason_and_a_failure_before_it() {
        assertThat(run(ROLE, HI, STOP).done).isTrue();
        RecordingSink cut = run(ROLE, HI);
        assertThat(cut.chunks).containsExactly(ROLE, HI);
        assertThat(cut.outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void a_stream_without_any_choice_is_no_answer() {
        assertThat(run(DONE).outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(run().outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"m\",\"type\":\"server_error\"}} | TRANSIENT",
                "{\"error\":\"m\"} | TRANSIENT",
                "{\"error\":{\"message\":\"m\",\"code\":429},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]} | RATE_LIMITED",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"error\":{\"message\":\"m\",\"code\":401}}]} | CREDENTIAL",
                "[{\"error\":{\"message\":\"m\",\"code\":429}}] | RATE_LIMITED",
            })
    void an_error_event_inside_a_stream_fails_with_its_class(String frame, Outcome expected) {
        RecordingSink sink = run(frame, DONE);
        assertThat(sink.outcome()).isEqualTo(expected);
        assertThat(sink.message()).isEqualTo("m");
        assertThat(sink.chunks).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"message\":\"m\"}", "m", "{\"error\":{\"message\":\"m\"}}"})
    void an_event_called_error_is_one_whatever_its_data(String data) {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
        RecordingSink sink = RecordingSink.of(decoder, ("event: error\ndata: " + data + "\n\n").getBytes(UTF_8));
        assertThat(sink.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(sink.message()).isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rubbish", "[]", "7", "{\"choices\":", "{} {}"})
    void data_that_is_no_chunk_is_a_failure(String data) {
        assertThat(run(ROLE, data).outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void a_finish_reason_error_is_a_failure() {
        assertThat(run(ROLE, HI, delta("{}", "error")).outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":\"x\"}",
                "{\"reasoning_content\":\"x\"}",
                "{\"reasoning\":\"x\"}",
                "{\"reasoning_details\":[{\"text\":\"x\"}]}",
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"x\"}]}]}",
                "{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,x\"}}]}",
                "{\"refusal\":\"x\"}",
                "{\"audio\":{\"data\":\"x\"}}",
                "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}"
            })
    void text_calls_reasoning_refusals_and_sound_are_content(String delta) {
        assertThat(run(delta(delta, null)).content).containsExactly(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"role\":\"assistant\"}",
                "{\"content\":\"\"}",
                "{\"content\":null,\"tool_calls\":[]}",
                "{\"reasoning\":\"\"}"
            })
    void empty_deltas_are_no_content(String delta) {
        assertThat(run(delta(delta, null)).content).containsExactly(false);
    }

    @Test
    void a_chunk_on_several_data_lines_becomes_one_line() {
        ChunkDecoder decoder = new OpenAi().stream(TestTargets.streaming(false), TestTargets.openAi("m"));
        String stream = "data: " + ROLE.replace("\"choices\"", "\ndata: \"choices\"") + "\n\ndata: " + STOP + "\n\n";
        assertThat(RecordingSink.of(decoder, stream.getBytes(UTF_8)).chunks).containsExactly(ROLE, STOP);
    }

    @Test
    void empty_data_and_unknown_objects_are_signs_of_life() {
        RecordingSink sink = run(ROLE, "", "{\"timings\":{}}", HI, STOP, DONE);
        assertThat(sink.chunks).containsExactly(ROLE, HI, STOP);
        assertThat(sink.keepAlives).isEqualTo(2);
    }

    @Test
    void thinking_parts_become_reasoning_content_and_commit_the_stream() {
        RecordingSink sink = run(
                ROLE,
                delta(
                        "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm\"}]}]}",
                        null),
                delta(
                        "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\".\"}]}]}",
                        null),
                delta("{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}", null),
                STOP,
                DONE);
        assertThat(sink.content).containsExactly(false, true, true, true, false);
        assertThat(deltas(sink).stream().map(Json::string))
                .containsExactly(
                        "{\"role\":\"assistant\",\"content\":\"\"}",
                        "{\"reasoning_content\":\"Hm\"}",
                        "{\"reasoning_content\":\".\"}",
                        "{\"content\":\"Hi\"}",
                        "{}");
    }

    @Test
    void streamed_thinking_under_another_name_becomes_reasoning_content() {
        RecordingSink sink = run(
                ROLE,
                delta("{\"reasoning\":\"Hm\"}", null),
                delta("{\"content\":\"Hi\",\"reasoning\":null}", null),
                STOP,
                DONE);
        assertThat(deltas(sink).get(1)).isEqualTo(Json.object().put("reasoning_content", "Hm"));
        assertThat(deltas(sink).get(2).path("content").textValue()).isEqualTo("Hi");
    }

    private static final String FILTERS =
            "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{\"hate\":{\"filtered\":false}}}]";
    private static final String MODERATION = "\"moderation\":{\"input\":{\"results\":[]},\"output\":{\"results\":[]}}";

    private static String with(String chunk, String more) {
        return chunk.substring(0, chunk.length() - 1) + "," + more + "}";
    }

    @Test
    void filter_results_of_the_prompt_go_into_the_next_chunk() {
        String prologue = "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\"," + FILTERS + "}";
        RecordingSink sink = run(prologue, ROLE, HI, STOP, DONE);
        assertThat(sink.chunks).containsExactly(with(ROLE, FILTERS), HI, STOP);
        assertThat(sink.content).containsExactly(false, true, false);
        assertThat(sink.keepAlives).isEqualTo(1);
    }

    @Test
    void filter_results_after_the_end_go_into_the_last_chunk() {
        ChatRequest moderated = TestTargets.request("{\"model\":\"m\",\"messages\":[{}],\"stream\":true,"
                + "\"moderation\":{\"model\":\"omni\"},\"stream_options\":{\"include_usage\":true}}");
        RecordingSink sink = run(moderated, ROLE, HI, STOP, HEAD + "]," + MODERATION + "}", USAGE_CHUNK, DONE);
        assertThat(sink.chunks).containsExactly(ROLE, HI, with(STOP, MODERATION), USAGE_CHUNK);
    }

    @Test
    void a_filters_verdict_after_the_end_goes_along_with_it_too() {
        String prologue = "{\"choices\":[],\"id\":\"\"," + FILTERS + "}";
        String verdict =
                "\"content_filter_results\":{\"hate\":{\"filtered\":false}},\"content_filter_offsets\":{\"check_offset\":2}";
        String annotation = "{\"id\":\"\",\"object\":\"\",\"created\":0,\"model\":\"\",\"choices\":[{\"index\":0,"
                + "\"finish_reason\":null," + verdict + "}],\"usage\":null}";
        RecordingSink sink = run(prologue, ROLE, HI, annotation, STOP, annotation, DONE);
        assertThat(sink.chunks).hasSize(4);
        assertThat(sink.chunks.get(2)).contains(verdict, "\"delta\":{}", "\"id\":\"c1\"");
        assertThat(sink.chunks.get(3)).contains(verdict, "\"finish_reason\":\"stop\"");
    }

    @Test
    void an_end_that_is_held_back_is_followed_by_nothing_but_its_like() {
        String prologue = "{\"choices\":[]," + FILTERS + "}";
        String other = HEAD + choice(1, "{\"role\":\"assistant\",\"content\":\"b\"}", "stop") + "]}";
        assertThat(run(prologue, ROLE, HI, STOP, other, DONE).chunks)
                .containsExactly(with(ROLE, FILTERS), HI, STOP, other);
        assertThat(run(prologue, ROLE, HI, STOP).chunks).containsExactly(with(ROLE, FILTERS), HI, STOP);
        RecordingSink broken = run(prologue, ROLE, HI, STOP, "rubbish");
        assertThat(broken.chunks).containsExactly(with(ROLE, FILTERS), HI, STOP);
        assertThat(broken.outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void what_is_said_of_the_prompt_alone_goes_along_with_a_filtered_end() {
        String prologue = "{\"choices\":[]," + FILTERS + "}";
        RecordingSink sink = run(prologue, delta("{}", "content_filter"), DONE);
        assertThat(sink.chunks).hasSize(1);
        assertThat(sink.chunks.get(0)).contains(FILTERS, "content_filter");
        assertThat(sink.done).isTrue();
    }

    @Test
    void a_list_of_text_parts_becomes_text() {
        String parts =
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"H\"},{\"type\":\"text\",\"text\":\"i\"}]}";
        assertThat(deltas(run(delta(parts, null))).get(0).path("content").textValue())
                .isEqualTo("Hi");
    }
}
