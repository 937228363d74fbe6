package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.hi;
import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    private static final String NAMES =
            ",'responseId':'r1','modelVersion':'gemini-2.5-flash-001','createTime':'2026-05-27T16:53:45.443719Z'}";

    private static Completion decode(String answer) throws UnreadableAnswer {
        return new Vertex()
                .decode(answer.replace('\'', '"').getBytes(UTF_8), hi(""), VertexTargets.target("gemini-2.5-flash"));
    }

    private static JsonNode choice(String candidate) throws UnreadableAnswer {
        return Json.lenient(decode("{'candidates':[" + candidate + "]}").body())
                .path("choices")
                .path(0);
    }

    private static JsonNode message(String parts) throws UnreadableAnswer {
        return choice("{'content':{'role':'model','parts':[" + parts + "]},'finishReason':'STOP'}")
                .path("message");
    }

    @Test
    void a_whole_answer_has_every_member_that_clients_check() throws UnreadableAnswer {
        Completion completion = decode(
                """
                {'candidates':[{'content':{'role':'model','parts':[{'text':'Hel'},{'text':'lo'}]},'finishReason':'STOP'}],
                 'usageMetadata':{'promptTokenCount':10,'toolUsePromptTokenCount':2,'cachedContentTokenCount':4,
                  'candidatesTokenCount':3,'thoughtsTokenCount':5,'totalTokenCount':20}"""
                        + NAMES);
        assertThat(Json.lenient(completion.body()))
                .isEqualTo(
                        json(
                                """
                        {'id':'chatcmpl-r1','object':'chat.completion','created':1779900825,'model':'gemini-2.5-flash-001',
                         'choices':[{'index':0,'message':{'role':'assistant','content':'Hello','refusal':null},
                          'logprobs':null,'finish_reason':'stop'}],
                         'usage':{'prompt_tokens':12,'completion_tokens':8,'total_tokens':20,
                          'prompt_tokens_details':{'cached_tokens':4,'cache_write_tokens':0,'audio_tokens':0},
                          'completion_tokens_details':{'reasoning_tokens':5,'audio_tokens':0,
                           'accepted_prediction_tokens':0,'rejected_prediction_tokens':0}}}"""));
        assertThat(completion.usage()).isEqualTo(new Usage(12, 8, 4, 5));
    }

    @Test
    void names_that_are_missing_come_from_the_request() throws UnreadableAnswer {
        Completion completion =
                decode("{'candidates':[{'content':{},'finishReason':'STOP'}],'createTime':'yesterday'}");
        JsonNode answer = Json.lenient(completion.body());
        assertThat(answer.path("id").asText()).startsWith("chatcmpl-").hasSizeGreaterThan(20);
        assertThat(answer.path("created").asLong()).isEqualTo(TestTargets.RECEIVED.getEpochSecond());
        assertThat(answer.path("model").asText()).isEqualTo("gemini-2.5-flash");
        assertThat(answer.has("usage")).isFalse();
        assertThat(completion.usage()).isNull();
    }

    @Test
    void thoughts_become_reasoning_and_never_content() throws UnreadableAnswer {
        assertThat(message("{'text':'hm','thought':true},{'text':'yes','thoughtSignature':'c2ln'}"))
                .isEqualTo(json("{'role':'assistant','content':'yes','refusal':null,'reasoning_content':'hm'}"));
    }

    @Test
    void calls_of_functions_have_ids_and_carry_their_signatures() throws UnreadableAnswer {
        JsonNode choice = choice("{'content':{'parts':[{'functionCall':{'name':'f','args':{'a':[1,'x']}},"
                + "'thoughtSignature':'c2ln'},{'functionCall':{'name':'g','id':'own'}}]},'finishReason':'STOP'}");
        JsonNode calls = choice.path("message").path("tool_calls");
        String id = calls.path(0).path("id").asText();
        assertThat(id).matches("call_[0-9a-f]{32}");
        assertThat(calls.path(0))
                .isEqualTo(json("{'id':'" + id + "','type':'function',"
                        + "'function':{'name':'f','arguments':'{\\\"a\\\":[1,\\\"x\\\"]}'},"
                        + "'extra_content':{'google':{'thought_signature':'c2ln'}}}"));
        assertThat(calls.path(1))
                .isEqualTo(json("{'id':'own','type':'function','function':{'name':'g','arguments':'{}'}}"));
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(choice.path("message").path("content").isNull()).isTrue();
    }

    @Test
    void a_signature_that_went_out_comes_back_in() throws UnreadableAnswer {
        JsonNode message = message("{'functionCall':{'name':'f','args':{}},'thoughtSignature':'c2ln'}");
        ChatRequest next = TestTargets.request(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}," + Json.string(message) + "]}");
        assertThat(VertexTargets.encoded(next, "gemini-3-pro")
                        .at("/contents/1/parts/0/thoughtSignature")
                        .asText())
                .isEqualTo("c2ln");
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, stop",
        "MAX_TOKENS, length",
        "SAFETY, content_filter",
        "RECITATION, content_filter",
        "LANGUAGE, content_filter",
        "BLOCKLIST, content_filter",
        "PROHIBITED_CONTENT, content_filter",
        "SPII, content_filter",
        "IMAGE_SAFETY, content_filter",
        "IMAGE_PROHIBITED_CONTENT, content_filter",
        "2, length",
        "3, content_filter",
        "6, content_filter",
        "10, content_filter",
        "99, stop",
        "1, stop",
        "OTHER, stop",
        "SOMETHING_NEW, stop"
    })
    void every_reason_to_finish_is_one_of_openais(String word, String reason) throws UnreadableAnswer {
        assertThat(choice("{'content':{},'finishReason':'" + word + "'}")
                        .path("finish_reason")
                        .asText())
                .isEqualTo(reason);
    }

    @Test
    void a_finish_reason_may_be_a_number() throws UnreadableAnswer {
        assertThat(choice("{'content':{'parts':[{'text':'a'}]},'finishReason':2}")
                        .path("finish_reason")
                        .asText())
                .isEqualTo("length");
        assertThatThrownBy(() -> choice("{'content':{},'finishReason':9}")).isInstanceOf(UnreadableAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"})
    void a_call_that_the_model_got_wrong_is_no_answer(String word) {
        assertThatThrownBy(() -> choice("{'content':{'parts':[{'text':'I will'}]},'finishReason':'" + word
                        + "','finishMessage':'Malformed function call: f('}"))
                .isInstanceOfSatisfying(UnreadableAnswer.class, e -> {
                    assertThat(e.failure().outcome()).isEqualTo(Outcome.TRANSIENT);
                    assertThat(e.failure().error().message()).contains(word, "Malformed function call: f(");
                });
    }

    @Test
    void pictures_of_an_answer_reach_the_client() throws UnreadableAnswer {
        assertThat(message(
                        "{'text':'Here:'},{'inlineData':{'mimeType':'image/png','data':'AAAA'},'thoughtSignature':'s'},"
                                + "{'inlineData':{'mimeType':'image/jpeg','data':'BBBB'},'thought':true},"
                                + "{'fileData':{'mimeType':'image/webp','fileUri':'gs://b/o.webp'}}"))
                .isEqualTo(json("{'role':'assistant','content':'Here:','refusal':null,'images':["
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},"
                        + "{'type':'image_url','image_url':{'url':'gs://b/o.webp'}}]}"));
    }

    @Test
    void thoughts_between_calls_leave_the_calls_in_order_with_their_signatures() throws UnreadableAnswer {
        JsonNode message =
                message("{'text':'a','thought':true},{'functionCall':{'name':'f'},'thoughtSignature':'c2YK'},"
                        + "{'text':'b','thought':true},{'functionCall':{'name':'g'},'thoughtSignature':'c2cK'}");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("ab");
        ChatRequest next = TestTargets.request(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}," + Json.string(message) + "]}");
        assertThat(VertexTargets.encoded(next, "gemini-3-pro").at("/contents/1/parts"))
                .isEqualTo(json("[{'functionCall':{'name':'f','args':{}},'thoughtSignature':'c2YK'},"
                        + "{'functionCall':{'name':'g','args':{}},'thoughtSignature':'c2cK'}]"));
    }

    @Test
    void an_answer_without_text_has_an_empty_one_unless_it_was_filtered() throws UnreadableAnswer {
        assertThat(choice("{'content':{'role':'model'},'finishReason':'MAX_TOKENS'}")
                        .at("/message/content")
                        .asText("?"))
                .isEmpty();
        JsonNode filtered = choice("{'content':{},'finishReason':'SAFETY','finishMessage':'Not this.'}");
        assertThat(filtered.at("/message/content").isNull()).isTrue();
        assertThat(filtered.at("/message/refusal").asText()).isEqualTo("Not this.");
    }

    @Test
    void a_blocked_prompt_is_a_refusal() throws UnreadableAnswer {
        JsonNode choices = Json.lenient(
                        decode("{'promptFeedback':{'blockReason':'JAILBREAK','blockReasonMessage':'No.'}}")
                                .body())
                .path("choices");
        assertThat(choices)
                .isEqualTo(json("[{'index':0,'message':{'role':'assistant','content':null,'refusal':'No.'},"
                        + "'logprobs':null,'finish_reason':'content_filter'}]"));
        assertThat(Json.lenient(decode("{'promptFeedback':{'blockReason':'SAFETY'}}")
                                .body())
                        .at("/choices/0/message/refusal")
                        .asText())
                .isEqualTo("The provider blocked the prompt: SAFETY.");
    }

    @Test
    void several_candidates_become_several_choices() throws UnreadableAnswer {
        JsonNode choices = Json.lenient(decode("{'candidates':[{'content':{'parts':[{'text':'a'}]}},"
                                + "{'index':1,'content':{'parts':[{'text':'b'}]},'finishReason':'MAX_TOKENS'}]}")
                        .body())
                .path("choices");
        assertThat(choices.findValuesAsText("index")).containsExactly("0", "1");
        assertThat(choices.findValuesAsText("content")).containsExactly("a", "b");
        assertThat(choices.findValuesAsText("finish_reason")).containsExactly("stop", "length");
    }

    @Test
    void log_probabilities_are_brought_to_openais_shape() throws UnreadableAnswer {
        JsonNode choice = choice(
                """
                {'content':{'parts':[{'text':'ö'}]},'finishReason':'STOP','logprobsResult':{
                 'chosenCandidates':[{'token':'ö','tokenId':7,'logProbability':-0.5}],
                 'topCandidates':[{'candidates':[{'token':'o','logProbability':-1.5}]}]}}""");
        assertThat(choice.path("logprobs"))
                .isEqualTo(
                        json(
                                """
                        {'content':[{'token':'ö','logprob':-0.5,'bytes':[195,182],
                         'top_logprobs':[{'token':'o','logprob':-1.5,'bytes':[111]}]}],'refusal':null}"""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{}",
                "[]",
                "{'candidates':[]}",
                "{'candidates':[7]}",
                "{'usageMetadata':{'promptTokenCount':3}}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{'args':{}}}]}}]}"
            })
    void what_is_no_answer_is_unreadable(String answer) {
        assertThatThrownBy(() -> decode(answer)).isInstanceOf(UnreadableAnswer.class);
    }

    @Test
    void an_error_in_place_of_an_answer_keeps_its_class() {
        assertThatThrownBy(() -> decode("[{'error':{'code':429,'message':'Slow down','status':'RESOURCE_EXHAUSTED'}}]"))
                .isInstanceOfSatisfying(
                        UnreadableAnswer.class,
                        e -> assertThat(e.failure().outcome()).isEqualTo(Outcome.RATE_LIMITED));
    }
}
