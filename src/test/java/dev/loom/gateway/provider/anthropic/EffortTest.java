package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffortTest {

    private static final String TOOLS = ",'tools':[{'type':'function','function':{'name':'f'}}]";
    private static final String CALL = "{'role':'user','content':'Hi'},{'role':'assistant','tool_calls':[{'id':'c',"
            + "'type':'function','function':{'name':'f','arguments':'{}'}}]THINKING},"
            + "{'role':'tool','tool_call_id':'c','content':'1'}";

    private static JsonNode body(String fields, String model) {
        return Claude.body(Claude.asking(fields), model);
    }

    @ParameterizedTest
    @CsvSource({
        "minimal, 1024, 2024",
        "low, 2048, 3048",
        "medium, 8192, 9192",
        "high, 16384, 17384",
        "xhigh, 24576, 25576",
        "max, 32768, 33768"
    })
    void an_effort_becomes_a_budget_beside_the_answer(String effort, int budget, int maxTokens) {
        JsonNode body = body("'max_tokens':1000,'reasoning_effort':'" + effort + "'", Claude.SONNET_4_5);
        assertThat(body.path("thinking").path("type").asText()).isEqualTo("enabled");
        assertThat(body.path("thinking").path("budget_tokens").asInt()).isEqualTo(budget);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(maxTokens);
        assertThat(body.has("output_config")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"40000, 16384", "20000, 10000", "2000, 1024", "1025, 1024"})
    void a_limit_that_counts_thinking_does_not_grow_by_it(int limit, int budget) {
        JsonNode body = body("'max_completion_tokens':" + limit + ",'reasoning_effort':'high'", Claude.SONNET_4_5);
        assertThat(body.path("thinking").path("budget_tokens").asInt()).isEqualTo(budget);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(limit);
    }

    @Test
    void a_limit_below_the_least_budget_leaves_no_thinking() {
        JsonNode body = body("'max_completion_tokens':1024,'reasoning_effort':'high'", Claude.SONNET_4_5);
        assertThat(body.has("thinking")).isFalse();
        assertThat(body.path("max_tokens").asInt()).isEqualTo(1024);
    }

    @Test
    void the_budget_leaves_at_least_half_of_the_limit_to_the_answer() {
        JsonNode body = body("'reasoning_effort':'max'", "claude-opus-4-1");
        assertThat(body.path("thinking").path("budget_tokens").asInt()).isEqualTo(16_000);
        assertThat(body.path("max_tokens").asInt()).isEqualTo(32_000);
    }

    @ParameterizedTest
    @CsvSource({
        "minimal, low, low",
        "low, low, low",
        "medium, medium, medium",
        "high, high, high",
        "xhigh, max, xhigh",
        "max, max, max"
    })
    void adaptive_models_are_told_the_effort(String effort, String older, String newer) {
        String field = "'max_tokens':1000,'reasoning_effort':'" + effort + "'";
        for (String model : new String[] {Claude.OPUS_4_6, Claude.OPUS_4_7}) {
            JsonNode body = body(field, model);
            assertThat(body.path("thinking").path("type").asText()).isEqualTo("adaptive");
            assertThat(body.path("output_config").path("effort").asText())
                    .isEqualTo(model.equals(Claude.OPUS_4_6) ? older : newer);
            assertThat(body.path("max_tokens").asInt()).isEqualTo(1000);
        }
    }

    @Test
    void models_that_hide_their_thinking_are_asked_to_show_it() {
        String field = "'reasoning_effort':'low'";
        JsonNode shown = Claude.json("{'type':'adaptive','display':'summarized'}");
        for (String model : new String[] {Claude.OPUS_4_7, Claude.OPUS_4_8, "claude-sonnet-5", Claude.MYTHOS}) {
            assertThat(body(field, model).path("thinking")).as(model).isEqualTo(shown);
        }
        assertThat(body(field, Claude.OPUS_4_6).path("thinking")).isEqualTo(Claude.json("{'type':'adaptive'}"));
        assertThat(body("", Claude.MYTHOS).has("thinking")).isFalse();
    }

    @Test
    void none_switches_thinking_off_where_that_is_possible() {
        assertThat(body("'reasoning_effort':'none'", Claude.OPUS_4_7).path("thinking"))
                .isEqualTo(Claude.json("{'type':'disabled'}"));
        assertThat(body("'reasoning_effort':'none'", Claude.OPUS_4_7).has("output_config"))
                .isFalse();
        assertThat(body("'reasoning_effort':'none'", Claude.SONNET_4_5).has("thinking"))
                .isFalse();
        assertThat(body("'reasoning_effort':'none'", Claude.MYTHOS))
                .isEqualTo(Claude.body(Claude.asking(""), Claude.MYTHOS)
                        .set("output_config", Claude.json("{'effort':'low'}")));
    }

    @Test
    void a_model_that_does_not_think_drops_the_effort() {
        assertThat(body("'reasoning_effort':'high'", Claude.OLD)).isEqualTo(body("", Claude.OLD));
    }

    @Test
    void a_model_that_thinks_takes_no_sampling_parameters() {
        String sampling = "'temperature':0.5,'top_p':0.5,'top_k':3,'reasoning_effort':";
        assertThat(body(sampling + "'low'", Claude.SONNET_4_5).has("temperature"))
                .isFalse();
        assertThat(body(sampling + "'low'", Claude.OPUS_4_6).has("top_k")).isFalse();
        assertThat(body(sampling + "'none'", Claude.OPUS_4_6).has("temperature"))
                .isTrue();
    }

    @Test
    void a_forced_tool_excludes_thinking() {
        assertThat(body("'tool_choice':'required','reasoning_effort':'low'" + TOOLS, Claude.SONNET_4_5)
                        .has("thinking"))
                .isFalse();
        JsonNode adaptive = body("'tool_choice':'required','reasoning_effort':'low'" + TOOLS, Claude.OPUS_4_7);
        assertThat(adaptive.path("thinking")).isEqualTo(Claude.json("{'type':'disabled'}"));
        assertThat(adaptive.path("output_config")).isEqualTo(Claude.json("{'effort':'low'}"));
        assertThat(body("'tool_choice':'auto','reasoning_effort':'low'" + TOOLS, Claude.SONNET_4_5)
                        .has("thinking"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-4-8", "claude-opus-5", "claude-sonnet-5", "claude-haiku-5-5"})
    void newer_models_think_together_with_a_forced_tool(String model) {
        JsonNode body = body("'tool_choice':'required','reasoning_effort':'xhigh'" + TOOLS, model);
        assertThat(body.path("thinking").path("type").asText()).isEqualTo("adaptive");
        assertThat(body.path("output_config").path("effort").asText()).isEqualTo("xhigh");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-7, xhigh, high",
        "claude-opus-4-7, max, high",
        "claude-opus-4-7, high, high",
        "claude-opus-4-6, max, max"
    })
    void without_thinking_a_model_gets_no_higher_effort_than_it_accepts(String model, String effort, String sent) {
        JsonNode body = body("'tool_choice':'required','reasoning_effort':'" + effort + "'" + TOOLS, model);
        assertThat(body.path("thinking")).isEqualTo(Claude.json("{'type':'disabled'}"));
        assertThat(body.path("output_config").path("effort").asText()).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-opus-5-5",
                "claude-opus-5-5-20260922",
                "claude-fable-5",
                "claude-fable-5-1",
                "claude-mythos-5",
                "claude-unheard-of-9"
            })
    void thinking_is_never_turned_off_for_a_model_that_always_thinks(String model) {
        JsonNode none = body("'reasoning_effort':'none'", model);
        assertThat(none.has("thinking")).isFalse();
        assertThat(none.path("output_config")).isEqualTo(Claude.json("{'effort':'low'}"));
        assertThat(body("'reasoning_effort':'max','temperature':0.5", model))
                .isEqualTo(body("'reasoning_effort':'max'", model));
    }

    @Test
    void the_least_that_sonnet_5_5_thinks_is_between_tools() {
        assertThat(body("'reasoning_effort':'none'", "claude-sonnet-5-5").path("thinking"))
                .isEqualTo(Claude.json("{'type':'between_tools'}"));
        assertThat(body("'reasoning_effort':'max'", "claude-sonnet-5-5").path("thinking"))
                .isEqualTo(Claude.json("{'type':'adaptive','display':'summarized'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1"})
    void a_forced_tool_is_refused_before_a_model_that_cannot_be_forced_is_asked(String model) {
        assertThatThrownBy(() -> body("'tool_choice':'required'" + TOOLS, model))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("tool_choice"));
    }

    @Test
    void a_tool_call_without_its_reasoning_excludes_a_budget() {
        String thinking = ",'thinking_blocks':[{'type':'thinking','thinking':'x','signature':'s'}]";
        String effort = "'reasoning_effort':'low'" + TOOLS;
        assertThat(Claude.body(Claude.talking(CALL.replace("THINKING", ""), effort), Claude.SONNET_4_5)
                        .has("thinking"))
                .isFalse();
        assertThat(Claude.body(Claude.talking(CALL.replace("THINKING", thinking), effort), Claude.SONNET_4_5)
                        .has("thinking"))
                .isTrue();
        assertThat(Claude.body(Claude.talking(CALL.replace("THINKING", ""), effort), Claude.OPUS_4_7)
                        .has("thinking"))
                .isTrue();
    }

    @Test
    void effort_and_schema_share_their_object() {
        JsonNode body = body(
                "'reasoning_effort':'low','response_format':{'type':'json_schema','json_schema':{'schema':{}}}",
                Claude.OPUS_4_7);
        assertThat(body.path("output_config"))
                .isEqualTo(Claude.json("{'format':{'type':'json_schema','schema':{}},'effort':'low'}"));
    }

    @Test
    void an_unknown_effort_is_refused() {
        assertThatThrownBy(() -> body("'reasoning_effort':'extreme'", Claude.OPUS_4_7))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("reasoning_effort"));
    }
}
