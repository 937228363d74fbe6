package dev.loom.gateway.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.testing.Records;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesRequestTest {

    private static JsonNode body(String fields, String model) {
        return Claude.body(Claude.asking(fields), model);
    }

    private static void assertRefused(String fields, String model, String param) {
        assertThatThrownBy(() -> body(fields, model)).isInstanceOfSatisfying(UnsupportedRequest.class, e -> assertThat(
                        e.error().param())
                .isEqualTo(param));
    }

    @Test
    void a_small_request_is_this() {
        assertThat(body("", Claude.OLD))
                .isEqualTo(Claude.json("{'model':'claude-3-opus-20240229','max_tokens':4096,"
                        + "'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]}"));
    }

    @Test
    void a_stream_is_asked_for_without_the_gateways_own_options() {
        assertThat(body("'stream':true,'stream_options':{'include_usage':true}", Claude.OLD))
                .isEqualTo(Claude.json("{'model':'claude-3-opus-20240229','max_tokens':4096,'stream':true,"
                        + "'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-2.1, 4096",
        "claude-3-haiku-20240307, 4096",
        "claude-3-5-sonnet@20240620, 8192",
        "claude-3-5-sonnet-v2@20241022, 8192",
        "claude-3-5-haiku-latest, 8192",
        "anthropic/claude-3-haiku, 4096",
        "us.anthropic.claude-opus-4-1-20250805-v1:0, 32000",
        "anthropic.claude-3-5-sonnet-20241022-v2:0, 8192",
        "claude-3-7-sonnet-20250219, 64000",
        "claude-opus-4-20250514, 32000",
        "claude-sonnet-4@20250514, 64000",
        "claude-opus-4-1-20250805, 32000",
        "claude-haiku-4-5, 64000",
        "claude-opus-4.6, 128000",
        "claude-opus-4-8, 128000",
        "claude-sonnet-5-20260301, 128000",
        "claude-mythos-preview, 128000",
        "claude-opus-4-99, 4096",
        "my-own-name, 4096"
    })
    void max_tokens_has_a_default_for_each_family(String model, int tokens) {
        assertThat(body("", model).path("max_tokens").asInt()).isEqualTo(tokens);
    }

    @Test
    void the_clients_limit_counts_and_the_newer_field_wins() {
        assertThat(body("'max_tokens':10", Claude.OLD).path("max_tokens").asInt())
                .isEqualTo(10);
        assertThat(body("'max_tokens':10,'max_completion_tokens':20", Claude.OLD)
                        .path("max_tokens")
                        .asInt())
                .isEqualTo(20);
    }

    @Test
    void max_tokens_is_cut_to_what_the_model_can_write() {
        assertThat(body("'max_tokens':100000", Claude.OLD).path("max_tokens").asInt())
                .isEqualTo(4096);
        assertThat(body("'max_tokens':500000", "my-own-name").path("max_tokens").asInt())
                .isEqualTo(500000);
    }

    private static int maxTokens(String fields, Target target) {
        return MessagesRequest.body(Claude.asking(fields), target)
                .path("max_tokens")
                .asInt();
    }

    @Test
    void a_model_whose_answers_have_a_limit_is_never_asked_for_more() {
        ModelConfig limited = Records.with(ModelConfig.named(Claude.SONNET_4_5), "maxOutput", 50);
        Target plain = Claude.target(Claude.SONNET_4_5);
        Target target =
                new Target(Records.with(plain.provider(), "models", ModelEntries.of(List.of(limited))), plain.model());

        assertThat(maxTokens("", target)).isEqualTo(50);
        assertThat(maxTokens("'max_tokens':20", target)).isEqualTo(20);
    }

    @Test
    void the_users_figure_for_a_model_is_default_and_limit() {
        Target target = Claude.target(
                Claude.SONNET_4_5, "2023-06-01", new MaxOutputTokens(900, Map.of(Claude.SONNET_4_5, 700)));
        assertThat(maxTokens("", target)).isEqualTo(700);
        assertThat(maxTokens("'max_tokens':800", target)).isEqualTo(700);
    }

    @Test
    void temperature_goes_up_to_one() {
        assertThat(body("'temperature':0.5", Claude.OLD).path("temperature").asDouble())
                .isEqualTo(0.5);
        assertThat(body("'temperature':1.7", Claude.OLD).path("temperature").asDouble())
                .isEqualTo(1);
    }

    @Test
    void top_p_yields_to_temperature() {
        assertThat(body("'top_p':0.5,'top_k':3", Claude.OLD))
                .contains(Claude.json("0.5"))
                .contains(Claude.json("3"));
        JsonNode both = body("'top_p':0.5,'temperature':0.2", Claude.OLD);
        assertThat(both.has("top_p")).isFalse();
        assertThat(both.has("temperature")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {Claude.OPUS_4_7, Claude.OPUS_4_8, "claude-sonnet-5", Claude.MYTHOS, "my-own-name"})
    void models_that_refuse_sampling_parameters_get_none(String model) {
        JsonNode body = body("'temperature':0.5,'top_p':0.5,'top_k':3", model);
        assertThat(body.has("temperature") || body.has("top_p") || body.has("top_k"))
                .isFalse();
    }

    @Test
    void a_later_version_of_the_api_gets_no_sampling_parameters() {
        Target target = Claude.target(Claude.OLD, "2026-10-21", new MaxOutputTokens(null, Map.of()));
        assertThat(MessagesRequest.body(Claude.asking("'temperature':1"), target)
                        .has("temperature"))
                .isFalse();
    }

    @Test
    void a_temperature_that_is_no_number_is_refused() {
        assertRefused("'temperature':'warm'", Claude.OLD, "temperature");
    }

    @Test
    void stop_becomes_a_list_without_white_space() {
        assertThat(body("'stop':'END'", Claude.OLD).path("stop_sequences")).isEqualTo(Claude.json("['END']"));
        assertThat(body("'stop':['a',' ','\\n','b']", Claude.OLD).path("stop_sequences"))
                .isEqualTo(Claude.json("['a','b']"));
        assertThat(body("'stop':['\\n']", Claude.OLD).has("stop_sequences")).isFalse();
        assertThat(body("'stop':null", Claude.OLD).has("stop_sequences")).isFalse();
    }

    @Test
    void the_user_becomes_metadata() {
        assertThat(body("'user':'u'", Claude.OLD).path("metadata")).isEqualTo(Claude.json("{'user_id':'u'}"));
        assertThat(body("'user':'u','safety_identifier':'s'", Claude.OLD).path("metadata"))
                .isEqualTo(Claude.json("{'user_id':'s'}"));
        assertThat(body("'user':'" + "u".repeat(300) + "'", Claude.OLD)
                        .path("metadata")
                        .path("user_id")
                        .asText())
                .hasSize(256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'n':2",
                "'logprobs':true",
                "'top_logprobs':1",
                "'logit_bias':{'50256':-100}",
                "'functions':[{'name':'f'}]",
                "'function_call':'auto'",
                "'modalities':['text','audio']",
                "'audio':{'voice':'x'}",
                "'prediction':{'type':'content','content':'x'}",
                "'moderation':{'model':'x'}",
                "'web_search_options':{}",
                "'response_format':{'type':'grammar'}"
            })
    void what_has_no_counterpart_is_refused_by_name(String field) {
        assertRefused(field, Claude.OPUS_4_8, field.substring(1, field.indexOf('\'', 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'n':1",
                "'n':null",
                "'logprobs':false,'top_logprobs':0",
                "'logit_bias':{}",
                "'modalities':['text']",
                "'functions':[],'function_call':'none'",
                "'audio':null",
                "'response_format':{'type':'text'}",
                "'frequency_penalty':1,'presence_penalty':1,'seed':7,'store':true,'metadata':{'a':'b'}",
                "'service_tier':'flex','verbosity':'low','prompt_cache_key':'k','something_new':1"
            })
    void what_says_nothing_or_may_be_lost_is_dropped(String fields) {
        assertThat(body(fields, Claude.OLD)).isEqualTo(body("", Claude.OLD));
    }

    @Test
    void a_json_schema_becomes_the_output_format() {
        JsonNode body = body(
                "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':"
                        + "{'type':'object','properties':{'a':{'type':'integer','minimum':1}}}}}",
                Claude.SONNET_4_5);
        assertThat(body.path("output_config"))
                .isEqualTo(Claude.json("{'format':{'type':'json_schema','schema':{'type':'object',"
                        + "'properties':{'a':{'type':'integer'}},'additionalProperties':false}}}"));
        assertThat(body.has("tools")).isFalse();
    }

    @Test
    void a_json_object_without_schema_is_asked_for_in_words() {
        JsonNode body = body("'response_format':{'type':'json_object'}", Claude.OPUS_4_8);
        assertThat(body.path("system").path(0).path("text").asText()).contains("JSON object");
        assertThat(body.has("output_config")).isFalse();
    }

    @Test
    void on_vertex_the_version_stands_in_the_body_and_the_model_does_not() {
        JsonNode body = MessagesRequest.vertexBody(
                Claude.asking("'stream':true,'temperature':0.5"),
                Claude.target(Claude.SONNET_4_5, "x", new MaxOutputTokens(null, Map.of())));
        assertThat(body)
                .isEqualTo(Claude.json("{'anthropic_version':'vertex-2023-10-16','max_tokens':64000,'stream':true,"
                        + "'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}],'temperature':0.5}"));
    }

    @Test
    void on_vertex_a_schema_goes_into_a_tool_and_urls_are_refused() {
        ChatRequest schema = Claude.asking(
                "'response_format':{'type':'json_schema','json_schema':{'name':'x','schema':{'type':'object'}}}");
        assertThat(MessagesRequest.vertexBody(schema, Claude.target(Claude.SONNET_4_5))
                        .path("tool_choice")
                        .path("name")
                        .asText())
                .isEqualTo(AnthropicJson.TOOL_NAME);
        ChatRequest image = Claude.talking(
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://x/y.png'}}]}", "");
        assertThatThrownBy(() -> MessagesRequest.vertexBody(image, Claude.target(Claude.SONNET_4_5)))
                .isInstanceOfSatisfying(
                        UnsupportedRequest.class,
                        e -> assertThat(e.error().param()).isEqualTo("messages[0].content[0].image_url.url"));
    }
}
