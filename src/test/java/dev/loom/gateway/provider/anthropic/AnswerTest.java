package dev.loom.gateway.provider.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    private static final ChatRequest JSON = Claude.asking("'response_format':{'type':'json_schema','json_schema':"
            + "{'name':'x','schema':{'type':'object'}}},'tools':[{'type':'function','function':{'name':'f'}}]");

    private static Completion decode(ChatRequest request, String body) throws UnreadableAnswer {
        return new Anthropic().decode(Claude.quoted(body).getBytes(UTF_8), request, Claude.target(Claude.SONNET_4));
    }

    private static JsonNode choice(ChatRequest request, String content, String more) throws UnreadableAnswer {
        Completion completion = decode(request, "{'id':'msg_1','content':[" + content + "]" + more + "}");
        return Json.lenient(completion.body()).at("/choices/0");
    }

    private static JsonNode message(String content) throws UnreadableAnswer {
        return choice(Claude.asking(""), content, "").path("message");
    }

    @Test
    void an_answer_becomes_a_chat_completion() throws Exception {
        Completion completion = decode(
                Claude.asking(""),
                "{'id':'msg_1','type':'message','role':'assistant','model':'claude-x','content':[{'type':'text',"
                        + "'text':'Hi '},{'type':'text','text':'you'}],'stop_reason':'end_turn','usage':{"
                        + "'input_tokens':10,'cache_creation_input_tokens':3,'cache_read_input_tokens':4,"
                        + "'output_tokens':5,'output_tokens_details':{'thinking_tokens':2}}}");
        assertThat(completion.usage()).isEqualTo(new Usage(17, 5, 4, 2));
        assertThat(Json.lenient(completion.body()))
                .isEqualTo(Claude.json("{'id':'msg_1','object':'chat.completion','created':1790000000,"
                        + "'model':'claude-x','choices':[{'index':0,'message':{'role':'assistant',"
                        + "'content':'Hi you','refusal':null},'logprobs':null,'finish_reason':'stop'}],"
                        + "'usage':{'prompt_tokens':17,'completion_tokens':5,'total_tokens':22,"
                        + "'prompt_tokens_details':{'cached_tokens':4,'cache_write_tokens':3,'audio_tokens':0},"
                        + "'completion_tokens_details':{'reasoning_tokens':2,'audio_tokens':0,"
                        + "'accepted_prediction_tokens':0,'rejected_prediction_tokens':0}}}"));
    }

    @Test
    void tool_uses_become_calls_and_there_is_no_content() throws Exception {
        assertThat(message("{'type':'tool_use','id':'toolu_1','name':'f','input':{'a':[1]}},"
                        + "{'type':'tool_use','id':'toolu_2','name':'g','input':{}}"))
                .isEqualTo(Claude.json("{'role':'assistant','content':null,'refusal':null,'tool_calls':["
                        + "{'id':'toolu_1','type':'function','function':{'name':'f','arguments':'{\\\"a\\\":[1]}'}},"
                        + "{'id':'toolu_2','type':'function','function':{'name':'g','arguments':'{}'}}]}"));
    }

    @Test
    void thinking_is_shown_beside_the_content_and_can_be_sent_back() throws Exception {
        assertThat(message("{'type':'thinking','thinking':'Hm','signature':'s'},"
                        + "{'type':'redacted_thinking','data':'d'},{'type':'text','text':'Hi'}"))
                .isEqualTo(Claude.json("{'role':'assistant','content':'Hi','refusal':null,'reasoning_content':'Hm',"
                        + "'thinking_blocks':[{'type':'thinking','thinking':'Hm','signature':'s'},"
                        + "{'type':'redacted_thinking','data':'d'}]}"));
    }

    @Test
    void thinking_between_tool_calls_keeps_its_place() throws Exception {
        JsonNode message = message("{'type':'thinking','thinking':'a','signature':'s1'},"
                + "{'type':'tool_use','id':'t1','name':'f','input':{}},"
                + "{'type':'thinking','thinking':'b','signature':'s2'},{'type':'redacted_thinking','data':'d'},"
                + "{'type':'tool_use','id':'t2','name':'g','input':{}}");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("ab");
        assertThat(message.path("thinking_blocks"))
                .isEqualTo(Claude.json("[{'type':'thinking','thinking':'a','signature':'s1'},"
                        + "{'type':'thinking','thinking':'b','signature':'s2','tool_index':1},"
                        + "{'type':'redacted_thinking','data':'d','tool_index':1}]"));
        String next = "{'role':'user','content':'Hi'}," + Json.string(message).replace('"', '\'')
                + ",{'role':'tool','tool_call_id':'t1','content':'1'},{'role':'tool','tool_call_id':'t2','content':'2'}";
        assertThat(Claude.body(Claude.talking(next, ""), Claude.OPUS_4_7).at("/messages/1/content"))
                .isEqualTo(Claude.json("[{'type':'thinking','thinking':'a','signature':'s1'},"
                        + "{'type':'tool_use','id':'t1','name':'f','input':{}},"
                        + "{'type':'thinking','thinking':'b','signature':'s2'},{'type':'redacted_thinking','data':'d'},"
                        + "{'type':'tool_use','id':'t2','name':'g','input':{}}]"));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "pause_turn, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "tool_use, tool_calls",
        "refusal, content_filter",
        "something_new, stop"
    })
    void every_stop_reason_has_a_word_of_openais(String stopReason, String finishReason) throws Exception {
        String call = "{'type':'tool_use','id':'t','name':'f','input':{}}";
        assertThat(choice(Claude.asking(""), call, ",'stop_reason':'" + stopReason + "'")
                        .path("finish_reason")
                        .asText())
                .isEqualTo(finishReason);
    }

    @Test
    void the_stop_sequence_that_ended_it_stands_beside_the_reason() throws Exception {
        assertThat(choice(Claude.asking(""), "", ",'stop_reason':'stop_sequence','stop_sequence':'END'")
                        .path("stop_reason")
                        .asText())
                .isEqualTo("END");
        assertThat(choice(Claude.asking(""), "", ",'stop_reason':'end_turn','stop_sequence':'END'")
                        .has("stop_reason"))
                .isFalse();
    }

    @Test
    void a_missing_stop_reason_follows_from_the_content() throws Exception {
        assertThat(choice(Claude.asking(""), "", ",'stop_reason':null")
                        .path("finish_reason")
                        .asText())
                .isEqualTo("stop");
        assertThat(choice(Claude.asking(""), "{'type':'tool_use','name':'f'}", "")
                        .path("finish_reason")
                        .asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void a_refusal_is_explained() throws Exception {
        JsonNode message = choice(
                        Claude.asking(""),
                        "",
                        ",'stop_reason':'refusal','stop_details':{'type':'refusal','explanation':'Not this.'}")
                .path("message");
        assertThat(message).isEqualTo(Claude.json("{'role':'assistant','content':null,'refusal':'Not this.'}"));
        assertThat(choice(Claude.asking(""), "", ",'stop_reason':'refusal'")
                        .at("/message/refusal")
                        .asText())
                .isNotBlank();
    }

    @Test
    void the_input_of_the_json_tool_is_the_content() throws Exception {
        JsonNode choice = choice(
                JSON, "{'type':'tool_use','id':'t','name':'json_answer','input':{'a':1}}", ",'stop_reason':'tool_use'");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("message"))
                .isEqualTo(Claude.json("{'role':'assistant','content':'{\\\"a\\\":1}','refusal':null}"));
    }

    @Test
    void beside_the_json_tool_the_clients_tools_are_calls() throws Exception {
        JsonNode choice =
                choice(JSON, "{'type':'tool_use','id':'t','name':'f','input':{}}", ",'stop_reason':'tool_use'");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/tool_calls")).hasSize(1);
    }

    @Test
    void what_the_answer_lacks_is_made_up() throws Exception {
        Completion completion = decode(Claude.asking(""), "{'content':[{'type':'text','text':'Hi'}]}");
        JsonNode answer = Json.lenient(completion.body());
        assertThat(completion.usage()).isNull();
        assertThat(answer.has("usage")).isFalse();
        assertThat(answer.path("id").asText()).startsWith("chatcmpl-");
        assertThat(answer.path("model").asText()).isEqualTo(Claude.SONNET_4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "<html>", "{}", "{'content':'Hi'}", "{'content':[]} x"})
    void what_is_no_answer_is_refused(String body) {
        assertThatThrownBy(() -> decode(Claude.asking(""), body)).isInstanceOf(UnreadableAnswer.class);
    }

    @Test
    void an_error_beside_200_keeps_its_class() {
        assertThatThrownBy(() -> decode(
                        Claude.asking(""),
                        "{'type':'error','error':{'type':'rate_limit_error','message':'Slow'},'request_id':'req_1'}"))
                .isInstanceOfSatisfying(UnreadableAnswer.class, e -> {
                    assertThat(e.failure().outcome()).isEqualTo(Outcome.RATE_LIMITED);
                    assertThat(e.failure().requestId()).isEqualTo("req_1");
                });
    }
}
