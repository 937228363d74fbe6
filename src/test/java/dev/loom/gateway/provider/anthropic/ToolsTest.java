package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolsTest {

    private static final String F = "{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}";
    private static final String G = "{'type':'function','function':{'name':'g'}}";
    private static final String TOOLS = "'tools':[" + F + "," + G + "]";
    private static final String SCHEMA = "'response_format':{'type':'json_schema','json_schema':{'name':'x',"
            + "'description':'D','schema':{'type':'object','properties':{'a':{'type':'string'}}}}}";
    private static final String JSON_TOOL = "{'name':'json_answer','description':'D','input_schema':{'type':'object',"
            + "'properties':{'a':{'type':'string'}}}}";

    private static JsonNode body(String fields, String model) {
        return Claude.body(Claude.asking(fields), model);
    }

    private static JsonNode choice(String fields) {
        return body(TOOLS + "," + fields, Claude.SONNET_4).path("tool_choice");
    }

    @Test
    void functions_become_tools() {
        assertThat(body(
                                "'tools':[{'type':'function','function':{'name':'f','description':'D','parameters':"
                                        + "{'type':'object','properties':{'a':{'$ref':'#/$defs/A'}},'$defs':{'A':{'type':'string',"
                                        + "'maxLength':5}}}},'cache_control':{'type':'ephemeral'}}," + G + "]",
                                Claude.SONNET_4)
                        .path("tools"))
                .isEqualTo(Claude.json("[{'name':'f','description':'D','input_schema':{'type':'object',"
                        + "'properties':{'a':{'$ref':'#/$defs/A'}},'$defs':{'A':{'type':'string','maxLength':5}}},"
                        + "'cache_control':{'type':'ephemeral'}},"
                        + "{'name':'g','input_schema':{'type':'object','properties':{}}}]"));
    }

    @Test
    void strict_tools_are_strict_where_the_model_can() {
        String strict = "'tools':[{'type':'function','function':{'name':'f','strict':true,'parameters':"
                + "{'type':'object','properties':{'a':{'type':'string','maxLength':5}}}}}]";
        assertThat(body(strict, Claude.SONNET_4_5).path("tools").path(0))
                .isEqualTo(Claude.json("{'name':'f','input_schema':{'type':'object','properties':"
                        + "{'a':{'type':'string'}},'additionalProperties':false},'strict':true}"));
        assertThat(body(strict, Claude.SONNET_4).path("tools").path(0).has("strict"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'auto' | {'type':'auto'}",
                "'required' | {'type':'any'}",
                "'none' | {'type':'none'}",
                "{'type':'function','function':{'name':'g'}} | {'type':'tool','name':'g'}"
            })
    void the_choice_of_tools_has_four_kinds(String openAi, String anthropic) {
        assertThat(choice("'tool_choice':" + openAi)).isEqualTo(Claude.json(anthropic));
    }

    @Test
    void allowed_tools_leave_out_the_others() {
        JsonNode body = body(
                TOOLS + ",'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'required',"
                        + "'tools':[{'type':'function','function':{'name':'g'}}]}}",
                Claude.SONNET_4);
        assertThat(body.path("tools")).hasSize(1);
        assertThat(body.at("/tools/0/name").asText()).isEqualTo("g");
        assertThat(body.path("tool_choice")).isEqualTo(Claude.json("{'type':'any'}"));
    }

    @Test
    void one_call_at_a_time_is_a_part_of_the_choice() {
        assertThat(choice("'parallel_tool_calls':false"))
                .isEqualTo(Claude.json("{'type':'auto','disable_parallel_tool_use':true}"));
        assertThat(choice("'parallel_tool_calls':false,'tool_choice':'required'"))
                .isEqualTo(Claude.json("{'type':'any','disable_parallel_tool_use':true}"));
        assertThat(choice("'parallel_tool_calls':false,'tool_choice':'none'"))
                .isEqualTo(Claude.json("{'type':'none'}"));
        assertThat(choice("'parallel_tool_calls':true").isMissingNode()).isTrue();
    }

    @Test
    void without_tools_there_is_no_choice() {
        JsonNode body = body("'tools':[],'tool_choice':'auto','parallel_tool_calls':false", Claude.SONNET_4);
        assertThat(body.has("tools") || body.has("tool_choice")).isFalse();
    }

    @Test
    void tools_that_the_conversation_called_are_declared_though_the_client_left_them_out() {
        JsonNode body = Claude.body(
                Claude.talking(
                        "{'role':'user','content':'Hi'},{'role':'assistant','tool_calls':[{'id':'c','type':'function',"
                                + "'function':{'name':'f','arguments':'{}'}}]},"
                                + "{'role':'tool','tool_call_id':'c','content':'1'}",
                        ""),
                Claude.SONNET_4);
        assertThat(body.path("tools"))
                .isEqualTo(Claude.json("[{'name':'f','input_schema':{'type':'object','properties':{}}}]"));
        assertThat(body.path("tool_choice")).isEqualTo(Claude.json("{'type':'none'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'custom','custom':{'name':'f'}}", "{'type':'function'}", "7"})
    void other_tools_are_refused(String tool) {
        assertThatThrownBy(() -> body("'tools':[" + F + "," + tool + "]", Claude.SONNET_4))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("tools[1]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'perhaps'", "{'type':'custom','custom':{'name':'f'}}"})
    void other_choices_are_refused(String choice) {
        assertThatThrownBy(() -> choice("'tool_choice':" + choice))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("tool_choice"));
    }

    @Test
    void a_model_that_cannot_be_forced_refuses_the_force() {
        assertThatThrownBy(() -> body(TOOLS + ",'tool_choice':'required'", Claude.MYTHOS))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("tool_choice"));
        assertThat(body(TOOLS + ",'tool_choice':'auto'", Claude.MYTHOS).path("tool_choice"))
                .isEqualTo(Claude.json("{'type':'auto'}"));
    }

    @Test
    void a_model_without_json_schemas_must_call_a_tool_that_takes_the_answer() {
        JsonNode body = body(SCHEMA, Claude.SONNET_4);
        assertThat(body.path("tools")).isEqualTo(Claude.json("[" + JSON_TOOL + "]"));
        assertThat(body.path("tool_choice"))
                .isEqualTo(Claude.json("{'type':'tool','name':'json_answer','disable_parallel_tool_use':true}"));
        assertThat(body.has("output_config")).isFalse();
    }

    @Test
    void beside_the_clients_tools_the_answer_is_one_of_several() {
        JsonNode body = body(SCHEMA + "," + TOOLS, Claude.SONNET_4);
        assertThat(body.path("tools")).hasSize(3);
        assertThat(body.path("tool_choice")).isEqualTo(Claude.json("{'type':'any','disable_parallel_tool_use':true}"));
        assertThat(body(SCHEMA + ",'tool_choice':'none'," + TOOLS, Claude.SONNET_4)
                        .path("tools"))
                .isEqualTo(Claude.json("[" + JSON_TOOL + "]"));
    }

    @Test
    void a_tool_that_the_client_names_comes_before_the_answer() {
        JsonNode body = body(
                SCHEMA + "," + TOOLS + ",'tool_choice':{'type':'function','function':{'name':'f'}}", Claude.SONNET_4);
        assertThat(body.path("tools")).hasSize(2);
        assertThat(body.path("tool_choice")).isEqualTo(Claude.json("{'type':'tool','name':'f'}"));
    }
}
