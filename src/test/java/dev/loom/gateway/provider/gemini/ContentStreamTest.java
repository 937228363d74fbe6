package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.TestTargets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentStreamTest {

    private static final String NAMES =
            ",'responseId':'r1','modelVersion':'gemini-x','createTime':'2026-05-27T16:53:45.443719Z'}";
    private static final String HEAD =
            "{'id':'chatcmpl-r1','object':'chat.completion.chunk','created':1779900825,'model':'gemini-x','choices':[";

    private static RecordingSink run(boolean includeUsage, String... events) {
        StringBuilder stream = new StringBuilder();
        for (String event : events) {
            stream.append("data: ").append(event.replace('\'', '"')).append("\r\n\r\n");
        }
        ChunkDecoder decoder =
                new Vertex().stream(TestTargets.streaming(includeUsage), VertexTargets.target("gemini-x"));
        return RecordingSink.of(decoder, stream.toString().getBytes(UTF_8));
    }

    private static String event(String parts, String more) {
        return "{'candidates': [{'content': {'role': 'model','parts': [" + parts + "]}" + more + "}]" + NAMES;
    }

    private static String text(String text) {
        return event("{'text': '" + text + "'}", "");
    }

    private static JsonNode chunk(int choice, String delta, String reason) {
        return json(HEAD + "{'index':" + choice + ",'delta':" + delta + ",'logprobs':null,'finish_reason':" + reason
                + "}]}");
    }

    private static List<JsonNode> chunks(RecordingSink sink) {
        List<JsonNode> chunks = new ArrayList<>();
        sink.chunks.forEach(chunk -> chunks.add(Json.lenient(chunk.getBytes(UTF_8))));
        return chunks;
    }

    @Test
    void text_arrives_as_it_comes_and_the_end_with_the_end() {
        RecordingSink sink = run(false, text("Hel"), text("lo"), event("", ",'finishReason': 'STOP'"));
        assertThat(chunks(sink))
                .containsExactly(
                        chunk(0, "{'role':'assistant','content':''}", "null"),
                        chunk(0, "{'content':'Hel'}", "null"),
                        chunk(0, "{'content':'lo'}", "null"),
                        chunk(0, "{}", "'stop'"));
        assertThat(sink.content).containsExactly(false, true, true, false);
        assertThat(sink.done).isTrue();
    }

    @Test
    void usage_comes_once_with_the_last_figures_and_only_if_it_was_asked_for() {
        String early = text("a").replace("]" + NAMES, "],'usageMetadata':{'promptTokenCount':15}" + NAMES);
        String none = text("b").replace("]" + NAMES, "],'usageMetadata':{'trafficType':'ON_DEMAND'}" + NAMES);
        String last = event("{'text':'c'}", ",'finishReason':'STOP'")
                .replace("]" + NAMES, "],'usageMetadata':{'promptTokenCount':13,'candidatesTokenCount':3}" + NAMES);
        RecordingSink asked = run(true, early, none, last);
        JsonNode usage = chunks(asked).get(asked.chunks.size() - 1);
        assertThat(usage.path("choices").isEmpty()).isTrue();
        assertThat(usage.path("id").asText()).isEqualTo("chatcmpl-r1");
        assertThat(usage.at("/usage/prompt_tokens").asInt()).isEqualTo(13);
        assertThat(usage.at("/usage/total_tokens").asInt()).isEqualTo(16);
        assertThat(asked.chunks)
                .filteredOn(chunk -> chunk.contains("\"usage\""))
                .hasSize(1);
        assertThat(run(false, early, none, last).chunks).noneMatch(chunk -> chunk.contains("\"usage\""));
    }

    @Test
    void only_the_token_counts_of_the_last_event_are_used() {
        String first = text("a")
                .replace(
                        "]" + NAMES,
                        "],'usageMetadata':{'promptTokenCount':13,'candidatesTokenCount':7,"
                                + "'thoughtsTokenCount':21,'cachedContentTokenCount':4,'toolUsePromptTokenCount':2}"
                                + NAMES);
        String last = event("{'text':'c'}", ",'finishReason':'STOP'")
                .replace("]" + NAMES, "],'usageMetadata':{'promptTokenCount':13,'candidatesTokenCount':65}" + NAMES);
        RecordingSink sink = run(true, first, last);
        JsonNode usage = chunks(sink).get(sink.chunks.size() - 1).path("usage");
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(78);
        assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asInt())
                .isZero();
        assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isZero();
    }

    @Test
    void a_malformed_function_call_is_an_error_and_never_a_silent_end() {
        String wrong = event("", ",'finishReason':'MALFORMED_FUNCTION_CALL','finishMessage':'f('");
        RecordingSink before = run(false, wrong);
        assertThat(before.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(before.chunks).isEmpty();
        RecordingSink after = run(false, text("a"), wrong);
        assertThat(after.outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(after.message()).contains("MALFORMED_FUNCTION_CALL", "f(");
        assertThat(after.done).isFalse();
        assertThat(run(false, text("a"), event("", ",'finishReason':9")).outcome())
                .isEqualTo(Outcome.TRANSIENT);
    }

    @Test
    void pictures_count_as_content() {
        RecordingSink sink = run(
                false,
                event("{'inlineData':{'mimeType':'image/png','data':'AAAA'}}", ""),
                event("", ",'finishReason':'STOP'"));
        assertThat(chunks(sink))
                .contains(chunk(
                        0,
                        "{'images':[{'index':0,'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}}]}",
                        "null"));
        assertThat(sink.content).containsExactly(false, true, false);
    }

    @Test
    void thoughts_and_calls_arrive_in_their_order() {
        RecordingSink sink = run(
                false,
                event("{'text':'a','thought':true},{'functionCall':{'name':'f'}}", ""),
                event("{'text':'b','thought':true},{'functionCall':{'name':'g'}}", ",'finishReason':1"));
        assertThat(chunks(sink).stream().skip(1).map(chunk -> {
                    JsonNode delta = chunk.at("/choices/0/delta");
                    return delta.path("reasoning_content")
                            .asText(delta.at("/tool_calls/0/function/name").asText());
                }))
                .containsExactly("a", "f", "b", "g", "");
    }

    @Test
    void calls_arrive_whole_and_make_the_finish_a_call_of_tools() {
        RecordingSink sink = run(
                false,
                event(
                        "{'functionCall':{'name':'f','args':{'a':1}},'thoughtSignature':'c2ln'},{'functionCall':{'name':'g'}}",
                        ""),
                event("{'functionCall':{'name':'h','args':{}}}", ""),
                event("{'text':''}", ",'finishReason':'STOP'"));
        List<JsonNode> chunks = chunks(sink);
        List<String> ids = chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/tool_calls/0/id").asText())
                .filter(id -> !id.isEmpty())
                .toList();
        assertThat(ids).hasSize(3).doesNotHaveDuplicates().allMatch(id -> id.matches("call_[0-9a-f]{32}"));
        assertThat(chunks.get(1).at("/choices/0/delta"))
                .isEqualTo(json("{'tool_calls':[{'index':0,'id':'" + ids.get(0) + "','type':'function',"
                        + "'function':{'name':'f','arguments':'{\\\"a\\\":1}'},"
                        + "'extra_content':{'google':{'thought_signature':'c2ln'}}}]}"));
        assertThat(chunks.get(2).at("/choices/0/delta/tool_calls/0/index").asInt())
                .isEqualTo(1);
        assertThat(chunks.get(2)
                        .at("/choices/0/delta/tool_calls/0/function/arguments")
                        .asText())
                .isEqualTo("{}");
        assertThat(chunks.get(4)).isEqualTo(chunk(0, "{}", "'tool_calls'"));
        assertThat(sink.content).containsExactly(false, true, true, true, false);
    }

    @Test
    void thoughts_become_reasoning_content() {
        RecordingSink sink = run(false, event("{'text':'hm','thought':true},{'text':'ok'}", ",'finishReason':'STOP'"));
        assertThat(chunks(sink))
                .contains(chunk(0, "{'reasoning_content':'hm'}", "null"), chunk(0, "{'content':'ok'}", "null"));
    }

    @Test
    void candidates_are_told_apart_by_index_and_each_has_an_end() {
        RecordingSink sink = run(
                false,
                "{'candidates':[{'content':{'parts':[{'text':'a'}]}},{'index':1,'content':{'parts':[{'text':'b'}]}}]"
                        + NAMES,
                "{'candidates':[{'index':1,'content':{},'finishReason':'MAX_TOKENS'}]" + NAMES,
                "{'candidates':[{'content':{'parts':[{'text':'c'}]},'finishReason':'STOP'}]" + NAMES);
        assertThat(chunks(sink))
                .containsExactly(
                        chunk(0, "{'role':'assistant','content':''}", "null"),
                        chunk(0, "{'content':'a'}", "null"),
                        chunk(1, "{'role':'assistant','content':''}", "null"),
                        chunk(1, "{'content':'b'}", "null"),
                        chunk(0, "{'content':'c'}", "null"),
                        chunk(0, "{}", "'stop'"),
                        chunk(1, "{}", "'length'"));
    }

    @Test
    void a_blocked_prompt_is_a_refusal() {
        RecordingSink sink =
                run(false, "{'promptFeedback':{'blockReason':'SAFETY','blockReasonMessage':'No.'}" + NAMES);
        assertThat(chunks(sink))
                .containsExactly(
                        chunk(0, "{'role':'assistant','content':''}", "null"),
                        chunk(0, "{'refusal':'No.'}", "null"),
                        chunk(0, "{}", "'content_filter'"));
        assertThat(sink.content).containsExactly(false, true, false);
    }

    @Test
    void an_answer_that_is_cut_off_by_a_filter_ends_with_that() {
        RecordingSink sink = run(false, text("a"), event("", ",'finishReason':'SAFETY','finishMessage':'Enough.'"));
        assertThat(chunks(sink))
                .endsWith(chunk(0, "{'refusal':'Enough.'}", "null"), chunk(0, "{}", "'content_filter'"));
        RecordingSink blocked = run(false, text("a"), "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'}}");
        assertThat(chunks(blocked)).endsWith(chunk(0, "{}", "'content_filter'"));
        assertThat(blocked.done).isTrue();
    }

    @Test
    void a_thought_that_uses_up_all_tokens_leaves_an_empty_answer() {
        RecordingSink sink =
                run(false, "{'candidates':[{'content':{'role':'model'},'finishReason':'MAX_TOKENS'}]" + NAMES);
        assertThat(chunks(sink))
                .containsExactly(chunk(0, "{'role':'assistant','content':''}", "null"), chunk(0, "{}", "'length'"));
    }

    @Test
    void events_that_carry_nothing_are_signs_of_life() {
        RecordingSink sink =
                run(false, "{'usageMetadata':{'promptTokenCount':1}}", event("{'text':'a'}", ",'finishReason':'STOP'"));
        assertThat(sink.keepAlives).isEqualTo(1);
        assertThat(sink.done).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'error':{'code':503,'message':'Overloaded','status':'UNAVAILABLE'}}|TRANSIENT",
                "[{'error':{'code':429,'message':'Slow down','status':'RESOURCE_EXHAUSTED'}}]|RATE_LIMITED",
                "{'error':{'code':403,'message':'No','status':'PERMISSION_DENIED'}}|UNSUPPORTED_HERE",
                "not json|TRANSIENT",
                "7|TRANSIENT",
                "{'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}|TRANSIENT"
            })
    void an_error_in_the_stream_ends_it_with_its_class(String eventAndOutcome) {
        String[] halves = eventAndOutcome.split("\\|", 2);
        RecordingSink sink = run(true, text("a"), halves[0], text("b"));
        assertThat(sink.outcome()).isEqualTo(Outcome.valueOf(halves[1]));
        assertThat(sink.chunks).hasSize(2);
        assertThat(sink.done).isFalse();
    }

    @Test
    void a_stream_that_breaks_off_has_failed() {
        assertThat(run(false, text("a")).outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(run(false).outcome()).isEqualTo(Outcome.TRANSIENT);
        assertThat(run(false, "{'candidates':[]" + NAMES).outcome()).isEqualTo(Outcome.TRANSIENT);
    }
}
