package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hub's messages in Anthropic's words. Long, since each kind of message and of content has its own rule. */
class MessagesTest {

    private static final String USER = "{'role':'user','content':'Hi'}";
    private static final String CALL = "{'role':'assistant','content':null,'tool_calls':[{'id':'call_1',"
            + "'type':'function','function':{'name':'f','arguments':'{}'}}]}";

    private static JsonNode body(String model, String... messages) {
        return Claude.body(Claude.talking(String.join(",", messages), ""), model);
    }

    private static JsonNode turns(String... messages) {
        return body(Claude.OLD, messages).path("messages");
    }

    private static JsonNode blocks(String content) {
        return turns("{'role':'user','content':" + content + "}").path(0).path("content");
    }

    private static void assertRefused(String message, String param) {
        assertThatThrownBy(() -> turns(message)).isInstanceOfSatisfying(UnsupportedRequest.class, e -> assertThat(
                        e.error().param())
                .isEqualTo(param));
    }

    @Test
    void leading_instructions_become_the_system_prompt_block_by_block() {
        JsonNode body = body(
                Claude.OLD,
                "{'role':'system','content':'A'}",
                "{'role':'developer','content':[{'type':'text','text':'B','cache_control':{'type':'ephemeral'}}]}",
                USER);
        assertThat(body.path("system"))
                .isEqualTo(Claude.json("[{'type':'text','text':'A'},"
                        + "{'type':'text','text':'B','cache_control':{'type':'ephemeral'}}]"));
        assertThat(body.path("messages")).hasSize(1);
    }

    @Test
    void later_instructions_stay_in_their_place_as_marked_text() {
        assertThat(turns(USER, "{'role':'assistant','content':'Yes?'}", "{'role':'system','content':'A'}", USER))
                .isEqualTo(Claude.json("[{'role':'user','content':[{'type':'text','text':'Hi'}]},"
                        + "{'role':'assistant','content':[{'type':'text','text':'Yes?'}]},"
                        + "{'role':'user','content':[{'type':'text','text':'<system>A</system>'},"
                        + "{'type':'text','text':'Hi'}]}]"));
    }

    @Test
    void newer_models_take_later_instructions_as_they_are() {
        assertThat(body(Claude.OPUS_4_8, USER, "{'role':'developer','content':'A'}", USER)
                        .path("messages")
                        .path(1))
                .isEqualTo(Claude.json("{'role':'system','content':[{'type':'text','text':'A'}]}"));
    }

    @Test
    void nothing_comes_between_a_tool_call_and_its_result() {
        JsonNode turns = body(
                        Claude.OPUS_4_8,
                        USER,
                        CALL,
                        "{'role':'system','content':'A'}",
                        "{'role':'tool','tool_call_id':'call_1','content':'1'}")
                .path("messages");
        assertThat(turns).hasSize(3);
        assertThat(turns.path(2))
                .isEqualTo(Claude.json("{'role':'user','content':["
                        + "{'type':'tool_result','tool_use_id':'call_1','content':'1'},"
                        + "{'type':'text','text':'<system>A</system>'}]}"));
    }

    @Test
    void instructions_alone_are_sent_as_the_users_turn() {
        JsonNode body = body(Claude.OLD, "{'role':'system','content':'A'}");
        assertThat(body.has("system")).isFalse();
        assertThat(body.path("messages"))
                .isEqualTo(Claude.json("[{'role':'user','content':[{'type':'text','text':'A'}]}]"));
    }

    @Test
    void messages_that_say_nothing_are_refused() {
        assertRefused("{'role':'user','content':' '}", "messages");
    }

    @Test
    void instructions_are_text() {
        assertRefused(
                "{'role':'system','content':[{'type':'image_url','image_url':{'url':'https://x'}}]}",
                "messages[0].content");
    }

    @Test
    void turns_of_the_same_role_are_merged() {
        assertThat(turns(USER, USER, CALL, "{'role':'assistant','content':'So'}", USER))
                .isEqualTo(Claude.json("[{'role':'user','content':[{'type':'text','text':'Hi'},"
                        + "{'type':'text','text':'Hi'}]},{'role':'assistant','content':["
                        + "{'type':'tool_use','id':'call_1','name':'f','input':{}},{'type':'text','text':'So'}]},"
                        + "{'role':'user','content':[{'type':'text','text':'Hi'}]}]"));
    }

    @Test
    void tool_results_come_first_in_one_turn_of_the_user() {
        JsonNode turn = turns(
                        USER,
                        CALL,
                        "{'role':'tool','tool_call_id':'call_1','content':'1'}",
                        USER,
                        "{'role':'tool','tool_call_id':'call_2','content':[{'type':'text','text':'2'}]}",
                        "{'role':'tool','tool_call_id':'call_3','content':''}")
                .path(2);
        assertThat(turn)
                .isEqualTo(Claude.json("{'role':'user','content':["
                        + "{'type':'tool_result','tool_use_id':'call_1','content':'1'},"
                        + "{'type':'tool_result','tool_use_id':'call_2','content':[{'type':'text','text':'2'}]},"
                        + "{'type':'tool_result','tool_use_id':'call_3'},"
                        + "{'type':'text','text':'Hi'}]}"));
    }

    @Test
    void ids_of_tool_calls_are_brought_to_anthropics_letters_on_both_sides() {
        String call = CALL.replace("call_1", "a.b:1");
        JsonNode turns = turns(USER, call, "{'role':'tool','tool_call_id':'a.b:1','content':'1'}");
        assertThat(turns.at("/1/content/0/id").asText()).isEqualTo("a_b_1");
        assertThat(turns.at("/2/content/0/tool_use_id").asText()).isEqualTo("a_b_1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'{\\\"a\\\":1}' | {'a':1}", "'' | {}", "null | {}", "'null' | {}", "'{}' | {}"},
            quoteCharacter = '`')
    void arguments_become_an_object(String arguments, String input) {
        JsonNode turns = turns(USER, CALL.replace("'{}'", arguments), USER);
        assertThat(turns.at("/1/content/0/input")).isEqualTo(Claude.json(input));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\\\"a\\\":1,\\\"b' | {'a':1}",
                "'[1]' | {'arguments':'[1]'}",
                "'7' | {'arguments':'7'}",
                "{'a':1} | {'a':1}"
            },
            quoteCharacter = '`')
    void arguments_that_were_cut_are_repaired_and_others_passed_as_text(String arguments, String input) {
        JsonNode turns = turns(USER, CALL.replace("'{}'", arguments), USER);
        assertThat(turns.at("/1/content/0/input")).isEqualTo(Claude.json(input));
    }

    @Test
    void the_assistants_refusal_is_text_and_empty_text_is_left_out() {
        assertThat(turns(USER, "{'role':'assistant','content':'','refusal':'No.'}", "{'role':'user','content':' '}")
                        .path(1))
                .isEqualTo(Claude.json("{'role':'assistant','content':[{'type':'text','text':'No.'}]}"));
        assertThat(turns(USER, "{'role':'assistant','content':[{'type':'refusal','refusal':'No.'}]}", USER)
                        .path(1))
                .isEqualTo(Claude.json("{'role':'assistant','content':[{'type':'text','text':'No.'}]}"));
    }

    @Test
    void signed_reasoning_goes_back_before_everything_else() {
        String message = CALL.replace(
                "'content':null",
                "'content':'So','reasoning_content':'x','thinking_blocks':[{'type':'thinking','thinking':'x',"
                        + "'signature':'s','extra':1},{'type':'redacted_thinking','data':'d'},"
                        + "{'type':'thinking','thinking':'unsigned'}]");
        assertThat(turns(USER, message, USER).at("/1/content"))
                .isEqualTo(Claude.json("[{'type':'thinking','thinking':'x','signature':'s'},"
                        + "{'type':'redacted_thinking','data':'d'},{'type':'text','text':'So'},"
                        + "{'type':'tool_use','id':'call_1','name':'f','input':{}}]"));
    }

    @Test
    void a_conversation_that_ends_with_the_assistant_is_continued_by_older_models_only() {
        String[] messages = {USER, "{'role':'assistant','content':'The answer is '}"};
        assertThat(body(Claude.OLD, messages).at("/messages/1/content/0/text").asText())
                .isEqualTo("The answer is");
        assertThatThrownBy(() -> body(Claude.OPUS_4_6, messages))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("messages[1]"));
    }

    @Test
    void images_are_sent_along_or_by_address() {
        assertThat(blocks("[{'type':'image_url','image_url':{'url':'DATA:IMAGE/JPG;base64,AAA=','detail':'low'}},"
                        + "{'type':'image_url','image_url':{'url':'https://x/y.png'}}]"))
                .isEqualTo(Claude.json("[{'type':'image','source':{'type':'base64','media_type':'image/jpeg',"
                        + "'data':'AAA='}},{'type':'image','source':{'type':'url','url':'https://x/y.png'}}]"));
    }

    @Test
    void a_document_may_lie_elsewhere() {
        assertThat(blocks("[{'type':'file','file':{'filename':'b.pdf','file_url':'https://x.example/b.pdf'}}]"))
                .isEqualTo(Claude.json("[{'type':'document','source':{'type':'url','url':'https://x.example/b.pdf'},"
                        + "'title':'b.pdf'}]"));
    }

    @Test
    void pdf_and_text_become_documents() {
        assertThat(blocks("[{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,AAA='}},"
                        + "{'type':'file','file':{'file_data':'data:text/markdown;charset=utf-8;base64,SGk='}},"
                        + "{'type':'image_url','image_url':{'url':'data:application/pdf;base64,AAA='}}]"))
                .isEqualTo(Claude.json("[{'type':'document','source':{'type':'base64','media_type':'application/pdf',"
                        + "'data':'AAA='},'title':'a.pdf'},{'type':'document','source':{'type':'text',"
                        + "'media_type':'text/plain','data':'Hi'}},{'type':'document','source':{'type':'base64',"
                        + "'media_type':'application/pdf','data':'AAA='}}]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'input_audio','input_audio':{'data':'AAA=','format':'wav'}} |",
                "{'type':'surprise'} |",
                "{'type':'file','file':{'file_id':'f'}} | .file.file_id",
                "{'type':'file','file':{'file_url':'ftp://x'}} | .file.file_url",
                "{'type':'file','file':{'file_data':'AAA='}} | .file.file_data",
                "{'type':'file','file':{'file_data':'data:text/plain;base64,?'}} | .file.file_data",
                "{'type':'image_url','image_url':{'url':'data:image/tiff;base64,AAA='}} | .image_url.url",
                "{'type':'image_url','image_url':{'url':'gs://x/y.png'}} | .image_url.url",
                "{'type':'image_url','image_url':{'url':'data:image/png,AAA='}} | .image_url.url",
                "{'type':'image_url'} | .image_url.url"
            })
    void other_content_is_refused_by_place(String part, String place) {
        assertRefused(
                "{'role':'user','content':[{'type':'text','text':'A'}," + part + "]}",
                "messages[0].content[1]" + (place == null ? "" : place));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'function','name':'f','content':'1'} | messages[0].role",
                "{'content':'1'} | messages[0].role",
                "{'role':'user','content':7} | messages[0].content",
                "{'role':'tool','content':'1'} | messages[0].tool_call_id",
                "{'role':'assistant','function_call':{'name':'f','arguments':'{}'}} | messages[0].function_call",
                "{'role':'assistant','audio':{'id':'a'}} | messages[0].audio",
                "{'role':'assistant','tool_calls':[{'id':'a','type':'custom','custom':{'name':'f','input':''}}]}"
                        + " | messages[0].tool_calls[0]"
            })
    void other_messages_are_refused_by_place(String message, String param) {
        assertRefused(message, param);
    }
}
