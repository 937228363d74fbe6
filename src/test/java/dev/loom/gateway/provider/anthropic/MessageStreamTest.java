package dev.loom.gateway.provider.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageStreamTest {

    private static final String START = "{'type':'message_start','message':{'id':'msg_1','type':'message','role':"
            + "'assistant','model':'claude-x','content':[],'usage':{'input_tokens':10,'cache_read_input_tokens':4,"
            + "'output_tokens':88}}}    ";
    private static final String TEXT = start(0, "{'type':'text','text':''}");
    private static final String STOP = "{'type':'message_stop' }";

    private static String start(int index, String block) {
        return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}  ";
    }

    private static String text(String text) {
        return delta(0, "{'type':'text_delta','text':'" + text + "'}");
    }

    private static String input(int index, String json) {
        return delta(index, "{'type':'input_json_delta','partial_json':'" + json + "'}");
    }

    private static String stop(int index) {
        return "{'type':'content_block_stop','index':" + index + "}";
    }

    private static String end(String reason) {
        return "{'type':'message_delta','delta':{'stop_reason':'" + reason + "','stop_sequence':null},"
                + "'usage':{'output_tokens':7,'input_tokens':null}}";
    }

    @Test
    void the_stop_sequence_that_ended_it_stands_beside_the_reason() {
        RecordingSink sink = run(
                START, end("stop_sequence").replace("sequence':null", "sequence':'END'"), "{'type':'message_stop'}");
        String last = sink.chunks.get(sink.chunks.size() - 1);
        JsonNode choice = Json.lenient(last.getBytes(UTF_8)).at("/choices/0");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("stop_reason").asText()).isEqualTo("END");
    }

    private static String tool(int index, String id, String name) {
        return start(index, "{'type':'tool_use','id':'" + id + "','name':'" + name + "','input':{}}");
    }

    private static byte[] stream(String... events) {
        StringBuilder stream = new StringBuilder();
        for (String event : events) {
            String type = Claude.json(event).path("type").asText();
            stream.append("event: ").append(type).append("\ndata: ");
            stream.append(Claude.quoted(event)).append("\n\n");
        }
        return stream.toString().getBytes(UTF_8);
    }

    private static RecordingSink run(ChatRequest request, String... events) {
        ChunkDecoder decoder = new Anthropic().stream(request, Claude.target(Claude.SONNET_4));
        return RecordingSink.of(decoder, stream(events));
    }

    private static RecordingSink run(String... events) {
        return run(TestTargets.streaming(false), events);
    }

    private static List<String> deltas(RecordingSink sink) {
        List<String> deltas = new ArrayList<>();
        for (String chunk : sink.chunks) {
            JsonNode choice = Json.lenient(chunk.getBytes(UTF_8)).at("/choices/0");
            deltas.add(
                    choice.path("finish_reason").isNull()
                            ? Json.string(choice.path("delta"))
                            : choice.path("finish_reason").asText());
        }
        return deltas.subList(1, deltas.size());
    }

    private static String[] quoted(String... singleQuoted) {
        return Arrays.stream(singleQuoted).map(Claude::quoted).toArray(String[]::new);
    }

    @Test
    void thinking_between_calls_says_where_it_stood() {
        RecordingSink sink = run(
                START,
                tool(0, "t1", "f"),
                stop(0),
                start(1, "{'type':'thinking','thinking':'','signature':''}"),
                delta(1, "{'type':'thinking_delta','thinking':'b'}"),
                delta(1, "{'type':'signature_delta','signature':'s2'}"),
                stop(1),
                tool(2, "t2", "g"),
                stop(2),
                end("tool_use"),
                STOP);
        assertThat(deltas(sink))
                .containsSubsequence(quoted(
                        "{'reasoning_content':'b'}",
                        "{'thinking_blocks':[{'type':'thinking','thinking':'b','signature':'s2','tool_index':1}]}"));
    }

    @Test
    void text_comes_chunk_by_chunk_and_usage_at_the_end() {
        RecordingSink sink = run(
                TestTargets.streaming(true),
                START,
                TEXT,
                text("Hi"),
                text(""),
                text(" you"),
                stop(0),
                end("end_turn"),
                STOP);
        String head =
                "{'id':'msg_1','object':'chat.completion.chunk','created':1790000000,'model':'claude-x','choices':[";
        String none = "},'logprobs':null,'finish_reason':null}]}";
        assertThat(sink.chunks)
                .containsExactly(quoted(
                        head + "{'index':0,'delta':{'role':'assistant','content':''" + none,
                        head + "{'index':0,'delta':{'content':'Hi'" + none,
                        head + "{'index':0,'delta':{'content':' you'" + none,
                        head + "{'index':0,'delta':{},'logprobs':null,'finish_reason':'stop'}]}",
                        head + "],'usage':{'prompt_tokens':14,'completion_tokens':7,'total_tokens':21,"
                                + "'prompt_tokens_details':{'cached_tokens':4,'cache_write_tokens':0,'audio_tokens':0},"
                                + "'completion_tokens_details':{'reasoning_tokens':0,'audio_tokens':0,"
                                + "'accepted_prediction_tokens':0,'rejected_prediction_tokens':0}}}"));
        assertThat(sink.content).containsExactly(false, true, true, false, false);
        assertThat(sink.done).isTrue();
    }

    @Test
    void usage_is_known_but_not_shown_to_a_client_that_did_not_ask() {
        ChunkDecoder decoder = new Anthropic().stream(TestTargets.streaming(false), Claude.target(Claude.SONNET_4));
        assertThat(decoder.usage()).isNull();
        RecordingSink sink = RecordingSink.of(decoder, stream(START, TEXT, text("Hi"), stop(0), end("end_turn"), STOP));
        assertThat(sink.chunks).hasSize(3).noneMatch(chunk -> chunk.contains("usage"));
        assertThat(decoder.usage()).isEqualTo(new Usage(14, 7, 4));
    }

    @Test
    void parallel_tools_are_counted_from_zero_and_named_once() {
        RecordingSink sink = run(
                START,
                TEXT,
                stop(0),
                tool(1, "toolu_1", "f"),
                input(1, ""),
                input(1, "{\\'a"),
                input(1, "\\':1}"),
                stop(1),
                tool(2, "toolu_2", "g"),
                input(2, "{}"),
                stop(2),
                end("tool_use"),
                STOP);
        assertThat(deltas(sink))
                .containsExactly(
                        Claude.quoted("{'tool_calls':[{'index':0,'id':'toolu_1','type':'function',"
                                + "'function':{'name':'f','arguments':''}}]}"),
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\"}}]}",
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\":1}\"}}]}",
                        Claude.quoted("{'tool_calls':[{'index':1,'id':'toolu_2','type':'function',"
                                + "'function':{'name':'g','arguments':''}}]}"),
                        Claude.quoted("{'tool_calls':[{'index':1,'function':{'arguments':'{}'}}]}"),
                        "tool_calls");
        assertThat(sink.content).containsExactly(false, true, true, true, true, true, false);
    }

    @Test
    void a_tool_without_arguments_gets_an_empty_object() {
        String arguments = Claude.quoted("{'tool_calls':[{'index':0,'function':{'arguments':'{}'}}]}");
        assertThat(deltas(run(START, tool(0, "t", "f"), input(0, ""), stop(0), end("tool_use"), STOP)))
                .contains(arguments);
        assertThat(deltas(run(START, tool(0, "t", "f"), end("tool_use"), STOP))).contains(arguments);
    }

    @Test
    void arguments_may_stand_in_the_start_of_a_tool() {
        String whole = start(0, "{'type':'tool_use','id':'t','name':'f','input':{'a':1}}");
        assertThat(deltas(run(START, whole, stop(0), end("tool_use"), STOP)))
                .contains("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}");
    }

    @Test
    void thinking_is_shown_as_it_comes_and_signed_at_its_end() {
        RecordingSink sink = run(
                START,
                start(0, "{'type':'thinking','thinking':'','signature':''}"),
                delta(0, "{'type':'thinking_delta','thinking':'Hm'}"),
                delta(0, "{'type':'thinking_delta','thinking':', so'}"),
                delta(0, "{'type':'signature_delta','signature':'sig'}"),
                stop(0),
                start(1, "{'type':'redacted_thinking','data':'d'}"),
                stop(1),
                end("end_turn"),
                STOP);
        assertThat(deltas(sink))
                .containsExactly(quoted(
                        "{'reasoning_content':'Hm'}",
                        "{'reasoning_content':', so'}",
                        "{'thinking_blocks':[{'type':'thinking','thinking':'Hm, so','signature':'sig'}]}",
                        "{'thinking_blocks':[{'type':'redacted_thinking','data':'d'}]}",
                        "stop"));
        assertThat(sink.content).containsExactly(false, true, true, false, false, false);
    }

    @Test
    void pings_and_unknown_events_are_signs_of_life() {
        RecordingSink sink = run(
                START,
                "{'type': 'ping'}",
                "{'type':'something_new'}",
                TEXT,
                text("Hi"),
                stop(0),
                end("end_turn"),
                STOP);
        assertThat(sink.keepAlives).isEqualTo(2);
        assertThat(sink.done).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "overloaded_error, TRANSIENT, 529",
        "rate_limit_error, RATE_LIMITED, 429",
        "api_error, TRANSIENT, 500",
        "timeout_error, TRANSIENT, 504",
        "authentication_error, CREDENTIAL, 401",
        "billing_error, QUOTA, 402",
        "invalid_request_error, CALLER_FAULT, 400",
        "something_new, TRANSIENT, 500"
    })
    void an_error_in_mid_stream_has_the_class_that_it_would_have_had_before(String type, Outcome outcome, int status) {
        RecordingSink sink = run(
                START,
                TEXT,
                text("Hi"),
                "{'type':'error','error':{'type':'" + type + "','message':'Sorry'},'request_id':'req_1'}",
                text("never"),
                STOP);
        assertThat(sink.chunks).hasSize(2);
        assertThat(sink.outcome()).isEqualTo(outcome);
        assertThat(sink.message()).isEqualTo("Sorry");
        assertThat(sink.failure).extracting(Failure::status, Failure::requestId).containsExactly(status, "req_1");
    }

    @Test
    void a_call_without_a_name_is_the_providers_failure() {
        assertThat(run(START, "{'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':'t'}}")
                        .message())
                .isEqualTo("The provider's answer calls a function without a name.");
    }

    @Test
    void an_error_is_one_by_its_name_or_its_shape_too() {
        ChunkDecoder decoder = new Anthropic().stream(TestTargets.streaming(true), Claude.target(Claude.OLD));
        RecordingSink named = RecordingSink.of(decoder, "event: error\ndata: overloaded\n\n".getBytes(UTF_8));
        assertThat(named.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(run(START, "{'error':{'type':'rate_limit_error','message':'Slow'}}")
                        .outcome())
                .isEqualTo(Outcome.RATE_LIMITED);
    }

    @Test
    void a_stream_that_breaks_off_is_a_failure() {
        RecordingSink sink = run(START, TEXT, text("Hi"));
        assertThat(sink.done).isFalse();
        assertThat(sink.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(run().outcome()).isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void a_stream_that_only_lacks_its_last_event_is_complete() {
        RecordingSink sink = run(START, TEXT, text("Hi"), stop(0), end("max_tokens"));
        assertThat(sink.done).isTrue();
        assertThat(deltas(sink)).endsWith("length");
    }

    @Test
    void data_that_is_no_json_is_a_failure() {
        ChunkDecoder decoder = new Anthropic().stream(TestTargets.streaming(true), Claude.target(Claude.OLD));
        assertThat(RecordingSink.of(decoder, "event: ping\ndata: {\n\n".getBytes(UTF_8))
                        .outcome())
                .isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void a_second_start_changes_no_id_and_adds_no_usage() {
        String second = START.replace("msg_1", "msg_2").replace("claude-x", "claude-y");
        RecordingSink sink =
                run(TestTargets.streaming(true), START, second, TEXT, text("Hi"), stop(0), end("end_turn"), STOP);
        assertThat(sink.chunks).hasSize(4).allMatch(chunk -> chunk.startsWith("{\"id\":\"msg_1\","));
        assertThat(sink.chunks.get(3)).contains("\"prompt_tokens\":14,");
    }

    @Test
    void a_stream_without_start_has_an_id_and_a_role_all_the_same() {
        RecordingSink sink = run(TEXT, text("Hi"), stop(0), end("end_turn"), STOP);
        assertThat(sink.chunks.get(0)).contains("\"role\":\"assistant\"");
        assertThat(sink.chunks).allMatch(chunk -> chunk.startsWith("{\"id\":\"chatcmpl-"));
        assertThat(Set.copyOf(sink.chunks.stream().map(c -> c.substring(0, 60)).toList()))
                .hasSize(1);
    }

    @Test
    void a_refusal_is_explained_before_the_end() {
        String refusal = "{'type':'message_delta','delta':{'stop_reason':'refusal','stop_details':"
                + "{'type':'refusal','explanation':'Not this.'}},'usage':{'output_tokens':1}}";
        RecordingSink sink = run(START, refusal, STOP);
        assertThat(deltas(sink)).containsExactly(quoted("{'refusal':'Not this.'}", "content_filter"));
        assertThat(sink.content).containsExactly(false, true, false);
    }

    @Test
    void the_input_of_the_json_tool_is_text() {
        ChatRequest request = Claude.asking("'stream':true,'response_format':{'type':'json_schema','json_schema':"
                + "{'name':'x','schema':{'type':'object'}}}");
        RecordingSink sink = run(
                request,
                START,
                tool(0, "t", "json_answer"),
                input(0, "{\\'a\\'"),
                input(0, ":1}"),
                stop(0),
                end("tool_use"),
                STOP);
        assertThat(deltas(sink)).containsExactly("{\"content\":\"{\\\"a\\\"\"}", "{\"content\":\":1}\"}", "stop");
    }

    @Test
    void blocks_of_tools_that_the_provider_runs_are_passed_over() {
        RecordingSink sink = run(
                START,
                start(0, "{'type':'server_tool_use','id':'s','name':'web_search','input':{}}"),
                input(0, "{}"),
                stop(0),
                end("end_turn"),
                STOP);
        assertThat(deltas(sink)).containsExactly("stop");
    }
}
