package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API's limits of what it enforces: 20 strict tools, 24 optional parameters, 16 of several types. */
class StrictLimitsTest {

    private static String schema(int optional, int unions) {
        String fields = IntStream.range(0, optional + unions)
                .mapToObj(i -> "'p" + i + "':{'type':" + (i < optional ? "'string'" : "['string','null']") + "}")
                .collect(Collectors.joining(","));
        String required = IntStream.range(optional, optional + unions)
                .mapToObj(i -> "'p" + i + "'")
                .collect(Collectors.joining(","));
        return "{'type':'object','properties':{" + fields + "},'required':[" + required + "]}";
    }

    private static String tool(String name, String schema) {
        return "{'type':'function','function':{'name':'" + name + "','strict':true,'parameters':" + schema + "}}";
    }

    private static JsonNode body(String fields) {
        return Claude.body(Claude.asking(fields), Claude.SONNET_4_5);
    }

    private static List<String> strict(String... tools) {
        List<String> strict = new ArrayList<>();
        for (JsonNode tool : body("'tools':[" + String.join(",", tools) + "]").path("tools")) {
            if (tool.path("strict").asBoolean()) {
                strict.add(tool.path("name").asText());
            }
        }
        return strict;
    }

    private static JsonNode answering(String schema) {
        return answering(schema, Claude.SONNET_4_5);
    }

    private static JsonNode answering(String schema, String model) {
        String format = "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':" + schema + "}}";
        return Claude.body(Claude.asking(format), model);
    }

    @Test
    void what_keeps_the_limits_stays_strict() {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(strict(tool("a", schema(20, 10)), tool("b", schema(4, 6))))
                    .containsExactly("a", "b");
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void the_most_expensive_tool_loses_strict_and_the_log_says_so() {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(strict(tool("a", schema(3, 0)), tool("b", schema(22, 0)), tool("c", schema(3, 0))))
                    .containsExactly("a", "c");
            assertThat(log.text()).contains("tools[1] is sent without strict", "24 optional parameters");
        }
    }

    @Test
    void a_tool_that_is_loosened_keeps_its_schema_as_the_client_wrote_it() {
        String schema = schema(25, 0).replace("'p0':{'type':'string'}", "'p0':{'type':'string','maxLength':5}");
        assertThat(body("'tools':[" + tool("a", schema) + "]").at("/tools/0/input_schema"))
                .isEqualTo(Claude.json(schema));
    }

    @Test
    void more_than_twenty_strict_tools_are_loosened_beyond_that() {
        String[] tools = IntStream.range(0, 22)
                .mapToObj(i -> tool("t" + i, schema(0, 0)))
                .toArray(String[]::new);
        assertThat(strict(tools)).hasSize(20);
    }

    @Test
    void schemas_within_schemas_count() {
        String deep =
                "{'type':'object','properties':{'a':{'type':'array','items':" + schema(0, 17) + "}},'required':['a']}";
        assertThat(strict(tool("a", deep))).isEmpty();
    }

    @Test
    void an_answer_by_schema_counts_with_the_tools() {
        String format = "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':" + schema(20, 0)
                + "}},'tools':[" + tool("a", schema(5, 0)) + "," + tool("b", schema(4, 0)) + "]";
        JsonNode body = body(format);
        assertThat(body.at("/tools/0").has("strict")).isFalse();
        assertThat(body.at("/tools/1/strict").asBoolean()).isTrue();
        assertThat(body.at("/output_config/format/type").asText()).isEqualTo("json_schema");
    }

    @ParameterizedTest
    @CsvSource({"24, 16, true", "25, 0, false", "0, 17, false"})
    void a_schema_of_the_answer_beyond_the_limits_becomes_a_tool_and_the_log_says_so(
            int optional, int unions, boolean fits) {
        try (CapturedLog log = new CapturedLog()) {
            JsonNode body = answering(schema(optional, unions));
            assertThat(body.at("/output_config/format").isObject()).isEqualTo(fits);
            assertThat(body.at("/tools/0/name").asText()).isEqualTo(fits ? "" : "json_answer");
            assertThat(log.text().contains("response_format is not enforced")).isEqualTo(!fits);
        }
    }

    @Test
    void a_model_that_cannot_be_forced_gets_such_a_schema_as_text_and_the_log_says_so() {
        try (CapturedLog log = new CapturedLog()) {
            JsonNode body = answering(schema(25, 0), Claude.MYTHOS);
            assertThat(body.has("output_config")).isFalse();
            assertThat(body.has("tools")).isFalse();
            assertThat(body.at("/system/0/text").asText())
                    .contains("JSON object", Claude.json(schema(25, 0)).toString());
            assertThat(log.text()).contains("response_format is not enforced");
        }
        assertThat(answering(schema(24, 0), Claude.MYTHOS).has("output_config")).isTrue();
    }

    @Test
    void a_turn_in_which_a_tool_is_chosen_has_no_answer_that_could_go_beyond_the_limits() {
        String tool = tool("a", schema(0, 0));
        JsonNode body =
                body("'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':" + schema(25, 0)
                        + "}},'tools':[" + tool + "],'tool_choice':{'type':'function','function':{'name':'a'}}");
        assertThat(body.has("output_config")).isFalse();
        assertThat(body.path("tools")).hasSize(1);
        assertThat(body.at("/tool_choice/name").asText()).isEqualTo("a");
    }

    @Test
    void object_or_null_becomes_object_where_an_object_is_required() {
        String either = "{'type':['object','null'],'properties':{},'required':[]}";
        assertThat(answering(either).at("/output_config/format/schema/type").asText())
                .isEqualTo("object");
        assertThat(body("'tools':[{'type':'function','function':{'name':'f','parameters':" + either + "}}]")
                        .at("/tools/0/input_schema/type")
                        .asText())
                .isEqualTo("object");
    }
}
