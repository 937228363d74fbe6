package dev.loom.gateway.client.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's Responses, read and written. Long, since each of its items is told to the hub in its own way. */
class ResponsesTest {

    private static final Responses SURFACE = new Responses();

    private static ClientRequest asking(String fields) {
        return Asked.read(SURFACE, Asked.raw("{'model':'gpt-x'," + fields + "}"));
    }

    private static JsonNode hub(String fields) {
        return Asked.hub(asking(fields));
    }

    private static void assertMessages(String input, String... messages) {
        assertThat(hub("'input':" + input).path("messages"))
                .isEqualTo(Asked.json("[" + String.join(",", messages) + "]"));
    }

    @Test
    void a_text_is_what_the_user_says() {
        assertThat(hub("'input':'Hi','instructions':'Be brief.'"))
                .isEqualTo(Asked.json("{'model':'gpt-x','messages':[{'role':'system','content':'Be brief.'},"
                        + "{'role':'user','content':'Hi'}]}"));
    }

    @Test
    void messages_keep_their_parts() {
        assertMessages(
                "[{'role':'developer','content':'d'},{'type':'message','role':'user','content':["
                        + "{'type':'input_text','text':'What?'},"
                        + "{'type':'input_image','image_url':'https://x.example/a.png','detail':'low'},"
                        + "{'type':'input_file','filename':'a.pdf','file_data':'data:application/pdf;base64,AAAA'},"
                        + "{'type':'input_file','file_url':'https://x.example/b.pdf'},"
                        + "{'type':'input_audio','input_audio':{'data':'AAAA','format':'wav'}}]},"
                        + "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'That.','annotations':[]}]}]",
                "{'role':'system','content':'d'}",
                "{'role':'user','content':[{'type':'text','text':'What?'},"
                        + "{'type':'image_url','image_url':{'url':'https://x.example/a.png','detail':'low'}},"
                        + "{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,AAAA'}},"
                        + "{'type':'file','file':{'file_url':'https://x.example/b.pdf'}},"
                        + "{'type':'input_audio','input_audio':{'data':'AAAA','format':'wav'}}]}",
                "{'role':'assistant','content':'That.'}");
    }

    @Test
    void what_the_model_thought_said_and_called_is_one_message() {
        assertMessages(
                "[{'role':'user','content':'Hi'},"
                        + "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'Hm.'}],'encrypted_content':'gAAAA'},"
                        + "{'type':'message','role':'assistant','content':'Let me look.'},"
                        + "{'type':'function_call','call_id':'c1','name':'look','arguments':'{}'},"
                        + "{'type':'custom_tool_call','call_id':'c2','name':'sh','input':'ls'},"
                        + "{'type':'function_call_output','call_id':'c1','output':'blue'},"
                        + "{'type':'custom_tool_call_output','call_id':'c2','output':[{'type':'input_text','text':'a'}]}]",
                "{'role':'user','content':'Hi'}",
                "{'role':'assistant','content':'Let me look.','reasoning_content':'Hm.','tool_calls':["
                        + "{'id':'c1','type':'function','function':{'name':'look','arguments':'{}'}},"
                        + "{'id':'c2','type':'function','function':{'name':'sh','arguments':'{\\'input\\':\\'ls\\'}'}}]}",
                "{'role':'tool','content':'blue','tool_call_id':'c1'}",
                "{'role':'tool','content':'a','tool_call_id':'c2'}");
    }

    @Test
    void images_that_tools_give_are_shown_after_the_last_of_their_results() {
        String call = "{'type':'function_call','call_id':'ID','name':'f','arguments':'{}'}";
        assertMessages(
                "[" + call.replace("ID", "a") + "," + call.replace("ID", "b") + ","
                        + "{'type':'function_call_output','call_id':'a','output':[{'type':'input_image','image_url':'data:image/png;base64,AA'}]},"
                        + "{'type':'function_call_output','call_id':'b','output':'2'}]",
                "{'role':'assistant','content':null,'tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
                        + "{'id':'b','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                "{'role':'tool','content':'(The user shows the rest of this result next.)','tool_call_id':'a'}",
                "{'role':'tool','content':'2','tool_call_id':'b'}",
                "{'role':'user','content':[{'type':'text','text':'The rest of the result of the tool call a:'},"
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AA'}}]}");
    }

    @Test
    void tools_become_functions_and_free_text_their_argument() {
        JsonNode tools =
                hub("'input':'Hi','tools':[{'type':'function','name':'look','description':'Looks.','parameters':"
                                + "{'type':'object'},'strict':true},{'type':'custom','name':'patch','description':'Patches.','format':"
                                + "{'type':'grammar','syntax':'lark','definition':'start: x'}}]")
                        .path("tools");
        assertThat(tools.path(0))
                .isEqualTo(
                        Asked.json("{'type':'function','function':{'name':'look','description':'Looks.','parameters':"
                                + "{'type':'object'},'strict':true}}"));
        assertThat(tools.path(1))
                .isEqualTo(
                        Asked.json(
                                "{'type':'function','function':{'name':'patch','description':"
                                        + "'Patches.\\n\\nThe input must follow this lark grammar:\\nstart: x','parameters':{'type':'object',"
                                        + "'properties':{'input':{'type':'string'}},'required':['input'],'additionalProperties':false}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'auto' | 'auto'",
                "'required' | 'required'",
                "{'type':'function','name':'f'} | {'type':'function','function':{'name':'f'}}",
                "{'type':'custom','name':'f'} | {'type':'function','function':{'name':'f'}}",
                "{'type':'allowed_tools','mode':'auto','tools':[{'type':'function','name':'f'}]} | "
                        + "{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[{'type':'function','function':{'name':'f'}}]}}"
            },
            quoteCharacter = '`')
    void the_choice_of_a_tool_is_kept(String choice, String expected) {
        JsonNode hub = hub("'input':'x','tools':[{'type':'function','name':'f'}],'tool_choice':" + choice);
        assertThat(hub.path("tool_choice")).isEqualTo(Asked.json(expected));
    }

    @Test
    void steering_is_kept() {
        JsonNode hub = hub(
                "'input':'x','max_output_tokens':9,'temperature':0.5,'top_p':0.9,'parallel_tool_calls':false,"
                        + "'reasoning':{'effort':'low','summary':'auto'},'text':{'verbosity':'low','format':{'type':'json_schema',"
                        + "'name':'n','schema':{'type':'object'},'strict':true}},'include':['message.output_text.logprobs',"
                        + "'reasoning.encrypted_content'],'top_logprobs':2,'user':'u','metadata':{'a':'b'},'store':false");
        ((ObjectNode) hub).remove("messages");
        assertThat(hub)
                .isEqualTo(Asked.json(
                        "{'model':'gpt-x','temperature':0.5,'top_p':0.9,'parallel_tool_calls':false,'user':'u',"
                                + "'max_completion_tokens':9,'reasoning_effort':'low','verbosity':'low','response_format':"
                                + "{'type':'json_schema','json_schema':{'name':'n','strict':true,'schema':{'type':'object'}}},"
                                + "'logprobs':true,'top_logprobs':2}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'input':'x','tools':[{'type':'web_search'}] | tools[0] | web_search",
                "'input':'x','previous_response_id':'resp_1' | previous_response_id | 'resp_1' not found",
                "'input':'x','conversation':'conv_1' | conversation | kept by OpenAI",
                "'input':'x','background':true | background | background",
                "'input':[USER,{'type':'computer_call','id':'cu'}] | input[1] | computer_call",
                "'input':[USER,{'type':'item_reference','id':'msg_1'}] | input[1] | refers to",
                "'input':[{'role':'user','content':[{'type':'input_image','file_id':'f'}]},USER] | input[0].content[0].file_id | file"
            },
            quoteCharacter = '`')
    void what_only_openai_does_is_named(String fields, String place, String why) {
        ClientRequest request = asking(fields.replace("USER", "{'role':'user','content':'x'}"));
        assertThat(request.unsaid()).isNotNull();
        assertThat(request.unsaid().error().param()).isEqualTo(place);
        assertThat(request.unsaid().error().message()).contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'input':'x'} | model",
                "{'model':'m'} | input",
                "{'model':'m','input':[]} | input",
                "{'model':'m','input':['x']} | input[0]",
                "{'model':'m','input':[{'role':'tool','content':'x'}]} | input[0].role",
                "{'model':'m','input':[{'role':'user','content':[{'text':'x'}]}]} | input[0].content[0].type",
                "{'model':'m','input':[{'type':'function_call','name':'f','arguments':'{}'}]} | input[0].call_id",
                "{'model':'m','input':'x','max_output_tokens':'9'} | max_output_tokens",
                "{'model':'m','input':'x','text':{'format':{'type':'xml'}}} | text.format.type",
                "{'model':'m','input':'x','tools':[{'type':'function'}]} | tools[0].name"
            },
            quoteCharacter = '`')
    void an_error_names_the_field_as_the_client_calls_it(String body, String place) {
        ApiError error = Asked.error(SURFACE, Asked.raw(body));
        assertThat(error.param()).isEqualTo(place);
        assertThat(error.message()).startsWith("'" + place + "'");
    }

    @Test
    void an_answer_repeats_what_was_asked() {
        String tools = "[{'type':'function','name':'f','parameters':{},'strict':false}]";
        JsonNode response = answer(
                asking("'input':'Hi','instructions':'Be brief.','tools':" + tools
                        + ",'metadata':{'a':'b'},'store':false"),
                "{'content':'Hello'}",
                "stop");
        assertThat(response.path("instructions").asText()).isEqualTo("Be brief.");
        assertThat(response.path("tools")).isEqualTo(Asked.json(tools));
        assertThat(response.path("metadata")).isEqualTo(Asked.json("{'a':'b'}"));
        assertThat(response.path("store").asBoolean(true)).isFalse();
        assertThat(response.path("tool_choice").asText()).isEqualTo("auto");
        assertThat(response.path("id").asText()).startsWith("resp_");
        assertThat(response.path("output"))
                .isEqualTo(Asked.json("[{'id':'ID','type':'message','status':'completed','role':'assistant','content':"
                                .replace("ID", response.path("id").asText().replace("resp_", "msg_") + "_0")
                        + "[{'type':'output_text','text':'Hello','annotations':[],'logprobs':[]}]}]"));
        assertThat(response.path("usage"))
                .isEqualTo(
                        Asked.json(
                                "{'input_tokens':20,'input_tokens_details':{'cached_tokens':8,'cache_write_tokens':0},"
                                        + "'output_tokens':5,'output_tokens_details':{'reasoning_tokens':3},'total_tokens':25}"));
    }

    private static JsonNode answer(ClientRequest request, String message, String reason) {
        String completion = "{'id':'chatcmpl-1','created':7,'model':'gpt-x','choices':[{'index':0,'message':" + message
                + ",'finish_reason':'" + reason + "'}],'usage':{'prompt_tokens':20,'completion_tokens':5,"
                + "'prompt_tokens_details':{'cached_tokens':8},'completion_tokens_details':{'reasoning_tokens':3}}}";
        return Asked.answer(request, Asked.quoted(completion).getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"length,max_output_tokens", "content_filter,content_filter"})
    void an_answer_that_was_cut_off_is_incomplete(String reason, String why) {
        JsonNode response = answer(asking("'input':'Hi'"), "{'content':'Hel'}", reason);
        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText()).isEqualTo(why);
        assertThat(response.at("/output/0/status").asText()).isEqualTo("incomplete");
    }

    @Test
    void thinking_and_signatures_survive_the_way_through_the_client() {
        String block = "{'type':'thinking','thinking':'Hm.','signature':'c2ln'}";
        String extra = "{'google':{'thought_signature':'Z2Vt'}}";
        String call =
                "{'id':'c','type':'function','function':{'name':'f','arguments':'{}'},'extra_content':" + extra + "}";
        JsonNode output = answer(
                        asking("'input':'Hi'"),
                        "{'content':null,'reasoning_content':'Hm.','thinking_blocks':[" + block + "],'tool_calls':["
                                + call + "]}",
                        "tool_calls")
                .path("output");
        assertMessages(
                output.toString(),
                "{'role':'assistant','content':null,'reasoning_content':'Hm.','thinking_blocks':[" + block
                        + "],'tool_calls':[" + call + "]}");
        byte[] asked = Asked.raw("{'input':" + output + "}").body();
        assertThat(Json.lenient(SURFACE.passedOn(asked)).at("/input/0/type").asText())
                .isEqualTo("function_call");
    }

    @Test
    void tools_that_openai_ran_itself_are_left_out_of_the_conversation() {
        assertMessages(
                "[{'role':'user','content':'Weather?'},{'type':'reasoning','id':'rs_1','summary':[]},"
                        + "{'type':'web_search_call','id':'ws_1','status':'completed','action':{'type':'search'}},"
                        + "{'type':'mcp_list_tools','id':'m','server_label':'s','tools':[]},"
                        + "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'Rain.'}]}]",
                "{'role':'user','content':'Weather?'}",
                "{'role':'assistant','content':'Rain.'}");
    }

    @Test
    void a_picture_is_an_item_and_comes_back_as_one() {
        String picture = "{'type':'image_url','image_url':{'url':'data:image/webp;base64,AAAA'}}";
        JsonNode output = answer(asking("'input':'Hi'"), "{'content':'Here:','images':[" + picture + "]}", "stop")
                .path("output");
        assertThat(output.at("/1/type").asText()).isEqualTo("image_generation_call");
        assertThat(output.at("/1/result").asText()).isEqualTo("AAAA");
        assertMessages(output.toString(), "{'role':'assistant','content':'Here:','images':[" + picture + "]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'prompt':{'id':'pmpt_1'}", "'conversation':'conv_1'", "'previous_response_id':'resp_1'"})
    void input_may_be_missing_where_it_is_kept_elsewhere(String fields) {
        ClientRequest request = asking(fields);
        assertThat(request.unsaid()).isNotNull();
        assertThat(request.mayPass(Asked.raw("{}"))).isTrue();
    }

    @Test
    void the_id_of_a_tool_call_is_never_too_long_for_openai() {
        String id = "x".repeat(100);
        String call = "{'id':'" + id + "','type':'function','function':{'name':'f','arguments':'{}'}}";
        JsonNode item = answer(asking("'input':'Hi'"), "{'tool_calls':[" + call + "]}", "tool_calls")
                .at("/output/0");
        assertThat(item.path("call_id").asText()).hasSize(64).startsWith("xxx");
    }

    @Test
    void a_response_that_is_known_is_continued() throws InvalidRequest {
        ResponsesRequest request = SURFACE.read(
                Asked.raw("{'model':'m','previous_response_id':'resp_1','input':'And now?','store':false}"));
        ArrayNode earlier = (ArrayNode) Asked.json("[{'role':'user','content':'Hi'},"
                + "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'Hello'}]}]");

        ResponsesRequest continued = request.after(earlier);

        assertThat(request.previousResponseId()).isEqualTo("resp_1");
        assertThat(request.store()).isFalse();
        assertThat(request.items())
                .isEqualTo(Asked.json(
                        "[{'type':'message','role':'user','content':[{'type':'input_text','text':'And now?'}]}]"));
        assertThat(continued.unsaid()).isNull();
        assertThat(Asked.hub(continued).path("messages"))
                .isEqualTo(Asked.json("[{'role':'user','content':'Hi'},{'role':'assistant','content':'Hello'},"
                        + "{'role':'user','content':'And now?'}]"));
    }

    @Test
    void a_provider_that_cannot_say_a_part_is_quoted_in_the_clients_words() {
        ClientRequest request =
                asking("'instructions':'i','input':[{'role':'user','content':[{'type':'input_text','text':'a'},"
                        + "{'type':'input_image','image_url':'ftp://x'}]}]");
        ApiError hubs = ApiError.invalidRequest(
                "'messages[1].content[1].image_url.url' must be a data URI.",
                "messages[1].content[1].image_url.url",
                null);
        assertThat(request.inClientsWords(hubs).message()).isEqualTo("'input[0].content[1]' must be a data URI.");
    }

    @Test
    void the_length_of_an_input_is_told() throws InvalidRequest {
        byte[] told = SURFACE.readCount(Asked.raw("{'model':'m','input':'Hi'}"))
                .answer()
                .apply(11);
        assertThat(Json.lenient(told)).isEqualTo(Asked.json("{'object':'response.input_tokens','input_tokens':11}"));
    }

    private static final String GROUP =
            "{'type':'namespace','name':'crm','description':'Customers.','tools':[{'type':'function','name':'find',"
                    + "'description':'Finds one.','parameters':{'type':'object'}},{'type':'custom','name':'note'}]}";

    @Test
    void a_group_of_tools_goes_by_names_that_have_both_parts_and_its_calls_come_back_with_two() {
        ClientRequest asked = asking("'input':[{'role':'user','content':'Hi'},{'type':'function_call','call_id':'c1',"
                + "'namespace':'crm','name':'find','arguments':'{}'},{'type':'function_call_output','call_id':'c1',"
                + "'output':'x'}],'tools':[" + GROUP
                + "],'tool_choice':{'type':'function','namespace':'crm','name':'find'}");
        JsonNode hub = Asked.hub(asked);
        assertThat(hub.path("tools").findValuesAsText("name")).containsExactly("crm__find", "crm__note");
        assertThat(hub.at("/tools/0/function/description").asText())
                .isEqualTo("Finds one.\n\nOf the group of tools 'crm': Customers.");
        assertThat(hub.at("/messages/1/tool_calls/0/function/name").asText()).isEqualTo("crm__find");
        assertThat(hub.at("/tool_choice/function/name").asText()).isEqualTo("crm__find");
        JsonNode answer = Asked.json("{'id':'c','choices':[{'index':0,'finish_reason':'tool_calls','message':{"
                + "'role':'assistant','tool_calls':["
                + "{'id':'a','type':'function','function':{'name':'crm__find','arguments':'{}'}},"
                + "{'id':'b','type':'function','function':{'name':'crm__note','arguments':'{}'}}]}}]}");
        JsonNode output = Json.lenient(asked.answer(Json.bytes(answer))).path("output");
        assertThat(output.at("/0/namespace").asText() + " "
                        + output.at("/0/name").asText())
                .isEqualTo("crm find");
        assertThat(output.at("/1/type").asText()).isEqualTo("custom_tool_call");
        assertThat(output.at("/1/name").asText()).isEqualTo("note");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'type':'namespace','name':'crm','tools':[{'type':'mystery'}]}`, tools[0].tools[0], mystery",
                "`{'type':'mystery'}`, tools[0], mystery"
            })
    void a_tool_of_an_unknown_kind_is_told_by_its_name_wherever_it_stands(String tool, String place, String kind) {
        ApiError told = asking("'input':'Hi','tools':[" + tool + "]").unsaid().error();
        assertThat(told.param()).isEqualTo(place);
        assertThat(told.message()).contains(kind);
    }

    @Test
    void names_that_are_too_long_together_stay_different() {
        String one = ToolNames.joined("n".repeat(40), "t".repeat(40) + "1");
        assertThat(one)
                .hasSizeLessThanOrEqualTo(64)
                .isNotEqualTo(ToolNames.joined("n".repeat(40), "t".repeat(40) + "2"));
    }
}
