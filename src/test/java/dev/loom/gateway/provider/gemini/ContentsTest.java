package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.contents;
import static dev.loom.gateway.provider.gemini.VertexTargets.encoded;
import static dev.loom.gateway.provider.gemini.VertexTargets.json;
import static dev.loom.gateway.provider.gemini.VertexTargets.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub's messages in Google's words. Long, since each kind of message and of content has its own rule. */
class ContentsTest {

    private static final String FLASH = "gemini-2.5-flash";

    private static final String CALLED =
            """
            {'role':'user','content':'weather?'},
            {'role':'assistant','content':null,'tool_calls':[
              {'id':'c1','type':'function','function':{'name':'weather','arguments':'{\\'city\\':\\'Bonn\\'}'}},
              {'id':'c2','type':'function','function':{'name':'clock','arguments':''}}]}""";

    private static String called() {
        return CALLED.replace("\\'", "\\\"");
    }

    private static JsonNode oneUserPart(String part) {
        return contents("[{'role':'user','content':[" + part + "]}]", FLASH)
                .path(0)
                .path("parts")
                .path(0);
    }

    @Test
    void roles_become_turns_and_turns_of_one_role_are_merged() {
        JsonNode contents = contents(
                """
                [{'role':'user','content':'a'},{'role':'user','content':[{'type':'text','text':'b'}]},
                 {'role':'assistant','content':'c'},{'role':'assistant','content':[{'type':'refusal','refusal':'d'}]},
                 {'role':'user','content':'e'}]""",
                FLASH);
        assertThat(contents)
                .isEqualTo(
                        json(
                                """
                        [{'role':'user','parts':[{'text':'a'},{'text':'b'}]},
                         {'role':'model','parts':[{'text':'c'},{'text':'d'}]},
                         {'role':'user','parts':[{'text':'e'}]}]"""));
    }

    @Test
    void system_and_developer_messages_become_the_instruction() {
        JsonNode body = encoded(
                request("'messages':[{'role':'system','content':'s'},{'role':'user','content':'u'},"
                        + "{'role':'developer','content':[{'type':'text','text':'d'}]}]"),
                FLASH);
        assertThat(body.path("systemInstruction")).isEqualTo(json("{'parts':[{'text':'s'},{'text':'d'}]}"));
        assertThat(body.path("contents")).isEqualTo(json("[{'role':'user','parts':[{'text':'u'}]}]"));
    }

    @Test
    void an_instruction_alone_is_what_is_answered() {
        JsonNode body = encoded(request("'messages':[{'role':'system','content':'s'}]"), FLASH);
        assertThat(body).isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'s'}]}]}"));
    }

    @Test
    void a_conversation_that_the_model_begins_gets_a_user_turn_before_it() {
        assertThat(contents("[{'role':'assistant','content':'hello'}]", FLASH))
                .isEqualTo(
                        json("[{'role':'user','parts':[{'text':' '}]},{'role':'model','parts':[{'text':'hello'}]}]"));
    }

    @Test
    void empty_texts_and_turns_without_parts_are_left_out() {
        assertThat(contents(
                        "[{'role':'user','content':'a'},{'role':'assistant','content':''},"
                                + "{'role':'user','content':''},{'role':'user','content':'b'}]",
                        FLASH))
                .isEqualTo(json("[{'role':'user','parts':[{'text':'a'},{'text':'b'}]}]"));
    }

    @Test
    void results_of_tools_stand_in_one_turn_in_the_order_of_their_calls() {
        JsonNode contents = contents(
                "[" + called()
                        + """
                ,{'role':'tool','tool_call_id':'c2','content':'noon'}
                ,{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'{"t":'},{'type':'text','text':'7}'}]}
                ,{'role':'user','content':'and now?'}]"""
                                .replace("{\"t\"", "{\\\"t\\\""),
                FLASH);
        assertThat(contents.path(1))
                .isEqualTo(
                        json(
                                """
                        {'role':'model','parts':[{'functionCall':{'name':'weather','args':{'city':'Bonn'}}},
                         {'functionCall':{'name':'clock','args':{}}}]}"""));
        assertThat(contents.path(2))
                .isEqualTo(
                        json(
                                """
                        {'role':'user','parts':[
                         {'functionResponse':{'name':'weather','response':{'output':{'t':7}}}},
                         {'functionResponse':{'name':'clock','response':{'output':'noon'}}}]}"""));
        assertThat(contents.path(3)).isEqualTo(json("{'role':'user','parts':[{'text':'and now?'}]}"));
    }

    @Test
    void a_thought_signature_goes_back_to_where_it_came_from() {
        String call = "{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'},"
                + "'extra_content':{'google':{'thought_signature':'c2ln'}}}";
        for (String model : new String[] {FLASH, "gemini-3-pro-preview"}) {
            JsonNode part = contents(
                            "[{'role':'user','content':'x'},{'role':'assistant','tool_calls':[" + call + "]}]", model)
                    .path(1)
                    .path("parts")
                    .path(0);
            assertThat(part.path("thoughtSignature").asText()).isEqualTo("c2ln");
        }
    }

    @Test
    void a_lost_signature_is_replaced_on_the_first_call_for_gemini_3_only() {
        JsonNode parts =
                contents("[" + called() + "]", "gemini-3-flash").path(1).path("parts");
        assertThat(parts.path(0).path("thoughtSignature").asText())
                .isEqualTo("c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=");
        assertThat(parts.path(1).has("thoughtSignature")).isFalse();
        assertThat(contents("[" + called() + "]", FLASH)
                        .path(1)
                        .path("parts")
                        .path(0)
                        .has("thoughtSignature"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'data:image/png;base64,iVBO', inlineData, image/png, data, iVBO",
        "'data:image/webp;name=x;BASE64,UklG', inlineData, image/webp, data, UklG",
        "'data:image/jpg;base64,/9j/', inlineData, image/jpeg, data, /9j/",
        "'DATA:IMAGE/JPG;BASE64,/9j/', inlineData, image/jpeg, data, /9j/",
        "'data:Image/PNG;base64,iVBO', inlineData, image/png, data, iVBO",
        "https://x.example/a.PNG?v=1.gif#z, fileData, image/png, fileUri, https://x.example/a.PNG?v=1.gif#z",
        "gs://bucket/doc.pdf, fileData, application/pdf, fileUri, gs://bucket/doc.pdf",
        "http://x.example/picture, fileData, image/jpeg, fileUri, http://x.example/picture"
    })
    void an_image_is_sent_inline_or_by_its_address(String url, String kind, String type, String key, String value) {
        JsonNode part = oneUserPart("{'type':'image_url','image_url':{'url':'" + url + "','detail':'low'}}");
        assertThat(part).isEqualTo(json("{'" + kind + "':{'mimeType':'" + type + "','" + key + "':'" + value + "'}}"));
    }

    @Test
    void sounds_and_files_are_sent_inline() {
        assertThat(oneUserPart("{'type':'input_audio','input_audio':{'data':'UklG','format':'wav'}}"))
                .isEqualTo(json("{'inlineData':{'mimeType':'audio/wav','data':'UklG'}}"));
        assertThat(oneUserPart("{'type':'file','file':{'file_data':'data:application/pdf;base64,JVBE'}}"))
                .isEqualTo(json("{'inlineData':{'mimeType':'application/pdf','data':'JVBE'}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://x.example/b.pdf, application/pdf",
        "gs://b/c, application/pdf",
        "http://x.example/a.mp3, audio/mp3"
    })
    void a_file_may_lie_elsewhere(String url, String type) {
        assertThat(oneUserPart("{'type':'file','file':{'file_url':'" + url + "'}}"))
                .isEqualTo(json("{'fileData':{'mimeType':'" + type + "','fileUri':'" + url + "'}}"));
    }

    @Test
    void a_picture_that_the_model_has_made_stays_in_its_turn() {
        JsonNode contents = contents(
                "[{'role':'user','content':'a cat'},{'role':'assistant','content':'Here:','images':[{'type':'image_url',"
                        + "'image_url':{'url':'data:image/png;base64,iVBO'}}]},{'role':'user','content':'in red'}]",
                FLASH);
        assertThat(contents.at("/1/parts"))
                .isEqualTo(json("[{'text':'Here:'},{'inlineData':{'mimeType':'image/png','data':'iVBO'}}]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'file','file':{'file_id':'file-1'}}|messages[0].content[0].file",
                "{'type':'file','file':{'file_url':'file:///etc/passwd'}}|messages[0].content[0].file",
                "{'type':'file','file':{'file_data':'d,ata:application/pdf;base64,AA=='}}|messages[0].content[0].file.file_data",
                "{'type':'file','file':{'file_data':'from:image/png;base64,AA=='}}|messages[0].content[0].file.file_data",
                "{'type':'image_url','image_url':{'url':'file:///etc/passwd'}}|messages[0].content[0].image_url.url",
                "{'type':'image_url','image_url':{'url':'data:image/png,raw'}}|messages[0].content[0].image_url.url",
                "{'type':'image_url'}|messages[0].content[0].image_url.url",
                "{'type':'input_audio','input_audio':{'data':'x'}}|messages[0].content[0].input_audio",
                "{'type':'hologram'}|messages[0].content[0].type"
            })
    void what_has_no_counterpart_is_refused_by_its_place(String partAndPlace) {
        String[] halves = partAndPlace.split("\\|", 2);
        refused("[{'role':'user','content':[" + halves[0] + "]}]", halves[1]);
    }

    @Test
    void text_of_the_user_between_a_call_and_its_result_comes_after_the_result() {
        JsonNode contents = contents(
                "[" + called()
                        + ",{'role':'user','content':'hurry'},{'role':'tool','tool_call_id':'c2','content':'noon'},"
                        + "{'role':'user','content':'!'},{'role':'tool','tool_call_id':'c1','content':'7'}]",
                FLASH);
        assertThat(contents.path(2))
                .isEqualTo(json(
                        "{'role':'user','parts':[{'functionResponse':{'name':'weather','response':{'output':'7'}}},"
                                + "{'functionResponse':{'name':'clock','response':{'output':'noon'}}}]}"));
        assertThat(contents.path(3)).isEqualTo(json("{'role':'user','parts':[{'text':'hurry'},{'text':'!'}]}"));
        assertThat(contents).hasSize(4);
    }

    private static final String SHOWING =
            "{'role':'tool','tool_call_id':'c1','content':[{'type':'text','text':'sunny'},"
                    + "{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBO'}}]}";

    @Test
    void from_gemini_3_on_a_picture_in_a_tools_result_stays_there() {
        assertThat(contents("[" + called() + "," + SHOWING + "]", "gemini-3-flash")
                        .at("/2/parts/0/functionResponse"))
                .isEqualTo(json("{'name':'weather','response':{'output':'sunny'},"
                        + "'parts':[{'inlineData':{'mimeType':'image/png','data':'iVBO'}}]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",{'role':'user','content':'well?'}", ",{'role':'assistant','content':'well'}"})
    void before_gemini_3_a_picture_in_a_tools_result_goes_into_a_turn_of_the_user(String then) {
        JsonNode contents = contents("[" + called() + "," + SHOWING + then + "]", FLASH);
        assertThat(contents.at("/2/parts"))
                .isEqualTo(json("[{'functionResponse':{'name':'weather','response':{'output':'sunny'}}}]"));
        assertThat(contents.at("/3/role").asText()).isEqualTo("user");
        assertThat(contents.at("/3/parts/0/text").asText()).isEqualTo("From the result of weather:");
        assertThat(contents.at("/3/parts/1")).isEqualTo(json("{'inlineData':{'mimeType':'image/png','data':'iVBO'}}"));
        assertThat(contents.at("/3/parts/2/text").asText()).isEqualTo(then.contains("user") ? "well?" : "");
    }

    @Test
    void a_picture_by_address_is_the_users_for_every_model() {
        String result = SHOWING.replace("data:image/png;base64,iVBO", "https://x/y.png");
        assertThat(contents("[" + called() + "," + result + "]", "gemini-3-flash")
                        .at("/3/parts/1/fileData/fileUri")
                        .asText())
                .isEqualTo("https://x/y.png");
    }

    @Test
    void messages_without_content_are_refused() {
        refused("[{'role':'user','content':''}]", "messages");
        refused("[{'role':'user','content':[]},{'role':'assistant','content':null}]", "messages");
    }

    @Test
    void arguments_that_were_cut_are_repaired_and_others_passed_as_text() {
        String call = "[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':'f',"
                + "'arguments':'%s'}}]}]";
        assertThat(contents(call.formatted("{\\'a\\':1,\\'b"), FLASH).at("/1/parts/0/functionCall/args"))
                .isEqualTo(json("{'a':1}"));
        assertThat(contents(call.formatted("[1]"), FLASH).at("/1/parts/0/functionCall/args"))
                .isEqualTo(json("{'arguments':'[1]'}"));
    }

    @Test
    void messages_that_cannot_be_told_to_gemini_are_refused_by_their_place() {
        refused("[{'role':'function','name':'f','content':'x'}]", "messages[0].role");
        refused("[{'role':'assistant','audio':{'id':'a1'}}]", "messages[0].audio");
        refused("[{'role':'tool','tool_call_id':'c9','content':'x'}]", "messages[0].tool_call_id");
        refused(
                "[{'role':'assistant','tool_calls':[{'id':'c','type':'custom','custom':{'name':'f','input':'x'}}]}]",
                "messages[0].tool_calls[0].function.name");
    }

    private static void refused(String messages, String param) {
        assertThatThrownBy(() -> contents(messages, FLASH))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo(param));
    }
}
