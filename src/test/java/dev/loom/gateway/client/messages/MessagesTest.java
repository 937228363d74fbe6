package dev.loom.gateway.client.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.ServedModel;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TestTargets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's language, read and written. Long, since each of its fields is told to the hub in its own way. */
class MessagesTest {

    private static final Messages SURFACE = new Messages();

    private static ClientRequest asking(String messages, String fields) {
        return Asked.read(SURFACE, Asked.raw(body(messages, fields)));
    }

    private static String body(String messages, String fields) {
        return "{'model':'claude-x','max_tokens':64,'messages':[" + messages + "]"
                + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    private static JsonNode hub(String messages, String fields) {
        return Asked.hub(asking(messages, fields));
    }

    private static final String HI = "{'role':'user','content':'Hi'}";

    private static void assertMessages(JsonNode hub, String... messages) {
        assertThat(hub.path("messages")).isEqualTo(Asked.json("[" + String.join(",", messages) + "]"));
    }

    @Test
    void a_plain_request_becomes_a_plain_one_of_the_hubs() {
        assertThat(hub(HI, ""))
                .isEqualTo(Asked.json("{'model':'claude-x','messages':[{'role':'user','content':'Hi'}],"
                        + "'max_completion_tokens':64}"));
    }

    @Test
    void a_stream_is_asked_for_with_its_usage() {
        JsonNode hub = hub(HI, "'stream':true");
        assertThat(hub.path("stream").asBoolean()).isTrue();
        assertThat(hub.at("/stream_options/include_usage").asBoolean()).isTrue();
    }

    @Test
    void the_system_prompt_stands_first_with_its_cache_marks() {
        assertMessages(hub(HI, "'system':'Be brief.'"), "{'role':'system','content':'Be brief.'}", HI);
        assertMessages(
                hub(
                        HI,
                        "'system':[{'type':'text','text':'a'},{'type':'text','text':'b','cache_control':{'type':'ephemeral'}}]"),
                "{'role':'system','content':[{'type':'text','text':'a'},"
                        + "{'type':'text','text':'b','cache_control':{'type':'ephemeral'}}]}",
                HI);
    }

    @Test
    void instructions_in_mid_conversation_stay_where_they_are() {
        assertMessages(
                hub(HI + ",{'role':'system','content':'Now rhyme.'}", ""),
                HI,
                "{'role':'system','content':'Now rhyme.'}");
    }

    @Test
    void images_and_documents_become_parts() {
        String blocks = "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AAAA'}},"
                + "{'type':'image','source':{'type':'url','url':'https://x.example/a.png'}},"
                + "{'type':'document','title':'t.pdf','source':{'type':'base64','media_type':'application/pdf','data':'BBBB'}},"
                + "{'type':'document','source':{'type':'url','url':'https://x.example/b.pdf'}},"
                + "{'type':'document','title':'Notes','source':{'type':'text','media_type':'text/plain','data':'abc'}},"
                + "{'type':'text','text':'What is it?'}";
        assertMessages(
                hub("{'role':'user','content':[" + blocks + "]}", ""),
                "{'role':'user','content':["
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},"
                        + "{'type':'image_url','image_url':{'url':'https://x.example/a.png'}},"
                        + "{'type':'file','file':{'filename':'t.pdf','file_data':'data:application/pdf;base64,BBBB'}},"
                        + "{'type':'file','file':{'filename':'document.pdf','file_url':'https://x.example/b.pdf'}},"
                        + "{'type':'text','text':'Notes\\n\\nabc'},"
                        + "{'type':'text','text':'What is it?'}]}");
    }

    @Test
    void a_turn_of_the_models_keeps_thoughts_words_and_calls() {
        String blocks = "{'type':'thinking','thinking':'Hm.','signature':'c2ln'},"
                + "{'type':'redacted_thinking','data':'aGlk'},"
                + "{'type':'text','text':'Let me look.'},"
                + "{'type':'tool_use','id':'toolu_1','name':'look','input':{'at':'sky'}}";
        String result = "{'type':'tool_result','tool_use_id':'toolu_1','content':'blue'}";
        assertMessages(
                hub(
                        HI + ",{'role':'assistant','content':[" + blocks + "]},{'role':'user','content':[" + result
                                + "]}",
                        ""),
                HI,
                "{'role':'assistant','content':'Let me look.','reasoning_content':'Hm.','thinking_blocks':["
                        + "{'type':'thinking','thinking':'Hm.','signature':'c2ln'},{'type':'redacted_thinking','data':'aGlk'}],"
                        + "'tool_calls':[{'id':'toolu_1','type':'function','function':{'name':'look','arguments':'{\\'at\\':\\'sky\\'}'}}]}",
                "{'role':'tool','content':'blue','tool_call_id':'toolu_1'}");
    }

    @Test
    void results_of_tools_stand_before_what_the_user_says_and_their_images_after_them() {
        String blocks = "{'type':'text','text':'So?'},"
                + "{'type':'tool_result','tool_use_id':'a','cache_control':{'type':'ephemeral'},'content':"
                + "[{'type':'text','text':'seen'},{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AAAA'}}]},"
                + "{'type':'tool_result','tool_use_id':'b','is_error':true,'content':'no'},"
                + "{'type':'tool_result','tool_use_id':'c'}";
        assertMessages(
                hub("{'role':'user','content':[" + blocks + "]}", ""),
                "{'role':'tool','content':[{'type':'text','text':'seen'},"
                        + "{'type':'text','text':'(The user shows the rest of this result next.)'}],'tool_call_id':'a',"
                        + "'cache_control':{'type':'ephemeral'}}",
                "{'role':'tool','content':[{'type':'text','text':'Error:'},{'type':'text','text':'no'}],'tool_call_id':'b'}",
                "{'role':'tool','content':'','tool_call_id':'c'}",
                "{'role':'user','content':[{'type':'text','text':'The rest of the result of the tool call a:'},"
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},{'type':'text','text':'So?'}]}");
    }

    @Test
    void tools_become_functions() {
        String tools =
                "'tools':[{'name':'look','description':'Looks.','input_schema':{'type':'object','properties':{}},"
                        + "'cache_control':{'type':'ephemeral'}},{'type':'custom','name':'go','strict':true,'input_schema':"
                        + "{'type':'object','properties':{'to':{'type':'string'}},'required':['to'],'additionalProperties':false}}]";
        assertThat(hub(HI, tools).path("tools"))
                .isEqualTo(Asked.json("[{'type':'function','function':{'name':'look','description':'Looks.',"
                        + "'parameters':{'type':'object','properties':{}}},'cache_control':{'type':'ephemeral'}},"
                        + "{'type':'function','function':{'name':'go','parameters':{'type':'object','properties':"
                        + "{'to':{'type':'string'}},'required':['to'],'additionalProperties':false},'strict':true}}]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'auto'} | 'auto'",
                "{'type':'any'} | 'required'",
                "{'type':'none'} | 'none'",
                "{'type':'tool','name':'look'} | {'type':'function','function':{'name':'look'}}"
            },
            quoteCharacter = '`')
    void the_choice_of_a_tool_is_kept(String choice, String expected) {
        String fields = "'tools':[{'name':'look','input_schema':{'type':'object'}}],'tool_choice':" + choice;
        assertThat(hub(HI, fields).path("tool_choice")).isEqualTo(Asked.json(expected));
    }

    @Test
    void one_call_at_a_time_is_kept() {
        String fields = "'tools':[{'name':'look','input_schema':{'type':'object'}}],"
                + "'tool_choice':{'type':'auto','disable_parallel_tool_use':true}";
        assertThat(hub(HI, fields).path("parallel_tool_calls")).isEqualTo(Asked.json("false"));
    }

    @Test
    void steering_is_kept() {
        JsonNode hub = hub(
                HI, "'temperature':0.5,'top_p':0.9,'top_k':3,'stop_sequences':['END'],'metadata':{'user_id':'u-1'}");
        assertThat(hub.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(hub.path("top_p").asDouble()).isEqualTo(0.9);
        assertThat(hub.path("top_k").asInt()).isEqualTo(3);
        assertThat(hub.path("stop")).isEqualTo(Asked.json("['END']"));
        assertThat(hub.path("user").asText()).isEqualTo("u-1");
    }

    @Test
    void a_user_with_a_long_name_is_still_one_user() {
        String fields = "'metadata':{'user_id':'" + "u".repeat(65) + "'}";
        String user = hub(HI, fields).path("user").asText();
        assertThat(user).hasSize(64).isEqualTo(hub(HI, fields).path("user").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'thinking':{'type':'enabled','budget_tokens':1024} | low",
                "'thinking':{'type':'enabled','budget_tokens':10000} | medium",
                "'thinking':{'type':'enabled','budget_tokens':31999} | high",
                "'thinking':{'type':'adaptive'},'output_config':{'effort':'max'} | max",
                "'thinking':{'type':'adaptive'} | ``",
                "'thinking':{'type':'disabled'} | ``"
            },
            quoteCharacter = '`')
    void thinking_becomes_an_effort(String fields, String effort) {
        assertThat(hub(HI, fields).path("reasoning_effort").asText("")).isEqualTo(effort);
    }

    @Test
    void a_schema_of_the_answer_is_strict_where_openai_takes_it_as_such() {
        String open = "{'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false}";
        String closed = open.replace("}}", "}},'required':['a']");
        assertThat(hub(HI, "'output_config':{'format':{'type':'json_schema','schema':" + closed + "}}")
                        .path("response_format"))
                .isEqualTo(Asked.json("{'type':'json_schema','json_schema':{'name':'answer','strict':true,'schema':"
                        + closed + "}}"));
        assertThat(hub(HI, "'output_config':{'format':{'type':'json_schema','schema':" + open + "}}")
                        .at("/response_format/json_schema/strict")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'tools':[{'type':'web_search_20250305','name':'web_search'}] | tools.0",
                "'mcp_servers':[{'url':'https://x'}] | mcp_servers",
                "'container':{'id':'c'} | container",
                "'container':'c' | container",
                "'inference_geo':'us' | inference_geo"
            },
            quoteCharacter = '`')
    void what_only_anthropic_does_is_named_and_left_out(String fields, String place) {
        ClientRequest request = asking(HI, fields);
        assertThat(request.unsaid()).isNotNull();
        assertThat(request.unsaid().error().param()).isEqualTo(place);
        assertThat(request.unsaid().error().message()).contains("'" + place + "'");
        assertThat(Asked.hub(request).has("tools")).isFalse();
    }

    @Test
    void tools_that_anthropic_ran_itself_are_left_out_of_the_conversation() {
        String blocks = "{'type':'text','text':'Let me see.'},"
                + "{'type':'server_tool_use','id':'s','name':'web_search','input':{}},"
                + "{'type':'web_search_tool_result','tool_use_id':'s','content':[]},{'type':'text','text':'It rains.'}";
        ClientRequest request = asking(HI + ",{'role':'assistant','content':[" + blocks + "]}," + HI, "");
        assertThat(request.unsaid()).isNull();
        assertThat(Asked.hub(request).at("/messages/1"))
                .isEqualTo(Asked.json("{'role':'assistant','content':[{'type':'text','text':'Let me see.'},"
                        + "{'type':'text','text':'It rains.'}]}"));
    }

    @Test
    void nothing_that_is_absent_or_empty_stands_in_the_way() {
        ClientRequest request = asking(
                HI,
                "'mcp_servers':[],'container':null,'tools':null,'system':null,'thinking':null,'stop_sequences':null,"
                        + "'metadata':null,'context_management':{'edits':[]},'service_tier':'auto','output_config':{}");
        assertThat(request.unsaid()).isNull();
        assertThat(Asked.hub(request))
                .isEqualTo(Asked.json("{'model':'claude-x','messages':[" + HI + "],'max_completion_tokens':64}"));
    }

    @Test
    void a_picture_is_shown_in_markdown_and_comes_back_as_one() {
        String url = "data:image/png;base64,AAAA";
        JsonNode message =
                answer("{'content':'Here:','images':[{'type':'image_url','image_url':{'url':'" + url + "'}}]}", "stop");
        assertThat(message.path("content"))
                .isEqualTo(
                        Asked.json("[{'type':'text','text':'Here:'},{'type':'text','text':'![image](" + url + ")'}]"));
        ClientRequest next = asking(HI + ",{'role':'assistant','content':" + message.path("content") + "}," + HI, "");
        assertThat(Asked.hub(next).at("/messages/1"))
                .isEqualTo(Asked.json("{'role':'assistant','content':'Here:','images':[{'type':'image_url',"
                        + "'image_url':{'url':'" + url + "'}}]}"));
    }

    @Test
    void the_id_of_a_tool_call_has_a_form_that_every_provider_accepts() {
        JsonNode content = answer(
                        "{'tool_calls':[{'id':'functions.f:0','type':'function','function':{'name':'f','arguments':'{}'},"
                                + "'extra_content':{'google':{'thought_signature':'Z2Vt'}}},"
                                + "{'id':'functions_f_0','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "tool_calls")
                .path("content");
        String id = content.at("/1/id").asText();
        assertThat(id).matches("[a-zA-Z0-9_-]{1,64}").isNotEqualTo("functions_f_0");
        assertThat(content.at("/2/id").asText()).isEqualTo("functions_f_0");
        JsonNode next = Asked.hub(asking(HI + ",{'role':'assistant','content':" + content + "}," + HI, ""));
        assertThat(next.at("/messages/1/tool_calls/0/id").asText()).isEqualTo(id);
        assertThat(next.at("/messages/1/tool_calls/0/extra_content/google/thought_signature")
                        .asText())
                .isEqualTo("Z2Vt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'max_tokens':1,'messages':[{'role':'user','content':'x'}]} | model",
                "{'model':'m','messages':[{'role':'user','content':'x'}]} | max_tokens",
                "{'model':'m','max_tokens':-1,'messages':[{'role':'user','content':'x'}]} | max_tokens",
                "{'model':'m','max_tokens':1,'messages':[]} | messages",
                "{'model':'m','max_tokens':1,'messages':{}} | messages",
                "{'model':'m','max_tokens':1,'messages':['x']} | messages.0",
                "{'model':'m','max_tokens':1,'messages':[{'role':'tool','content':'x'}]} | messages.0.role",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':1}]} | messages.0.content",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'text'}]}]} | messages.0.content.0.text",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image'}]}]} | messages.0.content.0.source.type",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':'x'}],'tools':[{'name':'f'}]} | tools.0.input_schema",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':'x'}],'stop_sequences':'x'} | stop_sequences",
                "{'model':'m','max_tokens':1,'messages':[{'role':'user','content':'x'}],'system':[{'type':'image'}]} | system.0",
                "{'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':'x'}]}]} | messages.0.content.0.input"
            },
            quoteCharacter = '`')
    void an_error_names_the_field_as_the_client_calls_it(String body, String place) {
        ApiError error = Asked.error(SURFACE, Asked.raw(body));
        assertThat(error.param()).isEqualTo(place);
        assertThat(error.message()).startsWith("'" + place + "'");
    }

    @Test
    void a_provider_that_cannot_say_a_part_is_quoted_in_the_clients_words() {
        ClientRequest request = asking(
                "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','content':'x'},"
                        + "{'type':'image','source':{'type':'url','url':'ftp://x'}}]}",
                "'system':'s'");
        ApiError hubs = ApiError.invalidRequest(
                "'messages[2].content[0].image_url.url' must be a data URI.",
                "messages[2].content[0].image_url.url",
                null);
        assertThat(request.inClientsWords(hubs).message()).isEqualTo("'messages.0.content.1' must be a data URI.");
        assertThat(request.inClientsWords(ApiError.invalidRequest("Too many.", "max_completion_tokens", null))
                        .param())
                .isEqualTo("max_tokens");
    }

    @Test
    void the_stop_sequence_is_told_where_the_provider_told_it() {
        JsonNode told = answer("{'content':'Hi'},'stop_reason':'END'", "stop");
        assertThat(told.path("stop_reason").asText()).isEqualTo("stop_sequence");
        assertThat(told.path("stop_sequence").asText()).isEqualTo("END");
        for (String[] silent : new String[][] {
            {"{'content':'Hi'}", "stop"}, {"{'content':'Hi'},'stop_reason':151643", "stop"},
        }) {
            JsonNode untold = answer(silent[0], silent[1]);
            assertThat(untold.path("stop_reason").asText()).isEqualTo("end_turn");
            assertThat(untold.path("stop_sequence").isNull()).isTrue();
        }
        JsonNode cut = answer("{'content':'Hi'},'stop_reason':'END'", "length");
        assertThat(cut.path("stop_reason").asText()).isEqualTo("max_tokens");
        assertThat(cut.path("stop_sequence").isNull()).isTrue();
    }

    private static JsonNode answer(String message, String reason) {
        String completion = "{'id':'chatcmpl-1','created':7,'model':'gpt-x','choices':[{'index':0,'message':" + message
                + ",'finish_reason':'" + reason + "'}],'usage':{'prompt_tokens':20,'completion_tokens':5,"
                + "'prompt_tokens_details':{'cached_tokens':8,'cache_write_tokens':2},"
                + "'completion_tokens_details':{'reasoning_tokens':3}}}";
        return Asked.answer(asking(HI, ""), Asked.quoted(completion).getBytes(UTF_8));
    }

    @Test
    void an_answer_is_a_message() {
        assertThat(answer("{'role':'assistant','content':'Hello'}", "stop"))
                .isEqualTo(Asked.json("{'id':'msg_1','type':'message','role':'assistant','model':'gpt-x','content':"
                        + "[{'type':'text','text':'Hello'}],'stop_reason':'end_turn','stop_sequence':null,"
                        + "'stop_details':null,'usage':{'input_tokens':10,'cache_creation_input_tokens':2,"
                        + "'cache_read_input_tokens':8,'output_tokens':5,'cache_creation':null,'server_tool_use':null,"
                        + "'service_tier':null,'output_tokens_details':{'thinking_tokens':3}}}"));
    }

    @ParameterizedTest
    @CsvSource({"stop,end_turn", "length,max_tokens", "content_filter,refusal", "function_call,tool_use"})
    void why_an_answer_ended_is_said_in_anthropics_words(String reason, String expected) {
        assertThat(answer("{'content':'x'}", reason).path("stop_reason").asText())
                .isEqualTo(expected);
    }

    @Test
    void a_call_ends_with_tool_use_even_where_its_server_says_stop() {
        String call = "{'content':null,'tool_calls':[{'id':'c','function':{'name':'f','arguments':''}}]}";
        assertThat(answer(call, "stop").path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(answer(call, "stop").path("content"))
                .isEqualTo(Asked.json("[{'type':'tool_use','id':'c','name':'f','input':{}}]"));
    }

    @Test
    void arguments_that_are_no_json_are_shown_as_they_are() {
        String call = "{'content':null,'tool_calls':[{'id':'c','function':{'name':'f','arguments':'{x'}}]}";
        assertThat(answer(call, "tool_calls")
                        .at("/content/0/input/INVALID_JSON")
                        .asText())
                .isEqualTo("{x");
    }

    @Test
    void a_refusal_is_told_and_shown() {
        JsonNode answer = answer("{'content':null,'refusal':'No.'}", "stop");
        assertThat(answer.path("stop_reason").asText()).isEqualTo("refusal");
        assertThat(answer.at("/stop_details/explanation").asText()).isEqualTo("No.");
        assertThat(answer.at("/content/0/text").asText()).isEqualTo("No.");
    }

    @Test
    void what_gemini_wants_back_with_a_call_comes_back_with_it() {
        String extra = "{'google':{'thought_signature':'Z2Vt'}}";
        JsonNode content = answer(
                        "{'content':null,'reasoning_content':'Hm.','tool_calls':[{'id':'c','function':"
                                + "{'name':'f','arguments':'{}'},'extra_content':" + extra + "}]}",
                        "tool_calls")
                .path("content");
        JsonNode back =
                hub(HI + ",{'role':'assistant','content':" + content + "}", "").at("/messages/1");
        assertThat(back)
                .isEqualTo(Asked.json("{'role':'assistant','content':null,'reasoning_content':'Hm.','tool_calls':"
                        + "[{'id':'c','type':'function','function':{'name':'f','arguments':'{}'},'extra_content':"
                        + extra
                        + "}]}"));
    }

    @Test
    void thinking_without_anthropics_signature_is_removed_before_anthropic_gets_it() {
        JsonNode content =
                answer("{'content':'Hi','reasoning_content':'Hm.'}", "stop").path("content");
        byte[] foreign = Asked.raw(body(HI + ",{'role':'assistant','content':" + content + "}," + HI, ""))
                .body();
        byte[] own = Asked.raw(body(HI, "")).body();

        assertThat(Json.lenient(SURFACE.passedOn(foreign)).at("/messages/1/content"))
                .isEqualTo(Asked.json("[{'type':'text','text':'Hi'}]"));
        assertThat(SURFACE.passedOn(own)).isSameAs(own);
        assertThat(Carried.mayBeIn(own)).isFalse();
    }

    @Test
    void the_length_of_a_prompt_needs_no_limit_of_the_answer() throws InvalidRequest {
        TokenCount count =
                SURFACE.readCount(Asked.raw("{'model':'m','system':'s','messages':[{'role':'user','content':'Hi'}]}"));
        assertThat(count.hub().tree().path("messages")).hasSize(2);
        assertThat(new String(count.answer().apply(14), UTF_8)).isEqualTo("{\"input_tokens\":14}");
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request_error",
        "401,authentication_error",
        "402,billing_error",
        "403,permission_error",
        "404,not_found_error",
        "413,request_too_large",
        "415,invalid_request_error",
        "429,rate_limit_error",
        "500,api_error",
        "503,overloaded_error",
        "504,timeout_error",
        "529,overloaded_error"
    })
    void errors_have_anthropics_types_and_the_requests_id(int status, String type) {
        ObjectNode more = (ObjectNode) Asked.json("{'attempts':[]}");
        ErrorAnswer answer = SURFACE.error(status, ApiError.server("Why.", null), more, "req-1");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("request-id", "req-1");
        assertThat(Json.lenient(answer.body()))
                .isEqualTo(Asked.json("{'type':'error','error':{'type':'" + type
                        + "','message':'Why.','attempts':[]},'request_id':'req-1'}"));
    }

    @Test
    void models_are_listed_as_anthropic_lists_them() {
        ServedModel model = new ServedModel("gpt-x", TestTargets.RECEIVED, "loom", 1000, null);
        assertThat(Json.lenient(SURFACE.models(List.of(model), Lookup.NONE)))
                .isEqualTo(Asked.json("{'data':[{'type':'model','id':'gpt-x','display_name':'gpt-x',"
                        + "'created_at':'2026-09-21T14:13:20Z','max_input_tokens':1000,'max_tokens':null}],"
                        + "'has_more':false,'first_id':'gpt-x','last_id':'gpt-x'}"));
    }
}
