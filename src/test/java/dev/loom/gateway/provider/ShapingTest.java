package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.provider.anthropic.Anthropic;
import dev.loom.gateway.provider.openai.OpenAi;
import dev.loom.gateway.testing.Records;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code request} of the configuration and the known families make of a request. */
class ShapingTest {

    private static final Map<String, Object> NOTHING = Map.of();

    private static JsonNode json(String text) {
        return Json.lenient(text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static ObjectNode shaped(RequestConfig rules, String body) {
        ObjectNode json = (ObjectNode) json(body);
        new Rules(rules).applyTo(json);
        return json;
    }

    private static RequestConfig rename(String path, Object to) {
        return new RequestConfig(Map.of(path, to), List.of(), NOTHING, NOTHING);
    }

    private static RequestConfig drop(String... paths) {
        return new RequestConfig(NOTHING, List.of(paths), NOTHING, NOTHING);
    }

    private static RequestConfig defaults(String path, Object value) {
        return new RequestConfig(NOTHING, List.of(), Map.of(path, value), NOTHING);
    }

    private static RequestConfig set(String path, Object value) {
        return new RequestConfig(NOTHING, List.of(), NOTHING, Map.of(path, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a | b | {'a':1,'c':2} | {'c':2,'b':1}",
                "a | b | {'a':1,'b':2} | {'b':2}",
                "a | b | {'a':1,'b':null} | {'b':1}",
                "a | b | {'c':2} | {'c':2}",
                "a | b.c | {'a':1} | {'b':{'c':1}}",
                "a | b.c | {'a':1,'b':{'d':2}} | {'b':{'d':2,'c':1}}",
                "a.b | c | {'a':{'b':1}} | {'a':{},'c':1}",
                "m.*.a | m.*.b | {'m':[{'a':1},{'a':2},3]} | {'m':[{'b':1},{'b':2},3]}",
                "m.*.a.x | m.*.b | {'m':[{'a':{'x':1}}]} | {'m':[{'a':{},'b':1}]}",
                "a | b | {'m':{'a':1}} | {'m':{'a':1}}"
            })
    void a_field_gets_another_name(String from, String to, String body, String expected) {
        assertThat(shaped(rename(from, to), body)).isEqualTo(json(expected));
    }

    @Test
    void a_value_gets_another_name() {
        RequestConfig rule = rename("m.*.role", Map.of("developer", "system"));
        assertThat(shaped(rule, "{'m':[{'role':'developer'},{'role':'user'},{'role':7},{}]}"))
                .isEqualTo(json("{'m':[{'role':'system'},{'role':'user'},{'role':7},{}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a | {'a':1,'b':2} | {'b':2}",
                "a.b | {'a':{'b':1,'c':2}} | {'a':{'c':2}}",
                "m.*.a | {'m':[{'a':1},[],{'b':2}]} | {'m':[{},[],{'b':2}]}",
                "m.*.c.*.a | {'m':[{'c':[{'a':1,'t':2}]},{'c':'text'}]} | {'m':[{'c':[{'t':2}]},{'c':'text'}]}",
                "a.b | {'a':'text'} | {'a':'text'}"
            })
    void a_field_is_taken_out(String path, String body, String expected) {
        assertThat(shaped(drop(path), body)).isEqualTo(json(expected));
    }

    @Test
    void a_default_holds_where_the_request_says_nothing() {
        assertThat(shaped(defaults("a.b", 1), "{}")).isEqualTo(json("{'a':{'b':1}}"));
        assertThat(shaped(defaults("a.b", 1), "{'a':{'b':2}}")).isEqualTo(json("{'a':{'b':2}}"));
        assertThat(shaped(defaults("a", List.of(1, "x")), "{'a':null}")).isEqualTo(json("{'a':[1,'x']}"));
        assertThat(shaped(defaults("t.*.strict", true), "{'t':[{},{'strict':false}]}"))
                .isEqualTo(json("{'t':[{'strict':true},{'strict':false}]}"));
        assertThat(shaped(defaults("t.*.strict", true), "{}")).isEqualTo(json("{}"));
    }

    @Test
    void what_is_set_holds_whatever_the_request_says() {
        assertThat(shaped(set("a.b", Map.of("c", 1)), "{'a':{'b':2,'d':3}}"))
                .isEqualTo(json("{'a':{'b':{'c':1},'d':3}}"));
        assertThat(shaped(set("a.b", 1), "{'a':'text'}"))
                .as("nothing can stand below a text")
                .isEqualTo(json("{'a':'text'}"));
    }

    @Test
    void names_change_first_and_what_is_set_is_set_last() {
        RequestConfig all =
                new RequestConfig(Map.of("a", "b"), List.of("b", "c"), Map.of("c", 1, "d", 2), Map.of("d", 3));
        assertThat(shaped(all, "{'a':0}")).isEqualTo(json("{'c':1,'d':3}"));
    }

    // ---- whose rules they are ----

    private static JsonNode sent(ProviderConfig provider, String model, String request) {
        ChatRequest chat = TestTargets.request(request.replace('\'', '"'));
        return Json.lenient(
                chat.encode(new OpenAi(), new Target(provider, model)).body());
    }

    private static ProviderConfig openAi(String baseUrl, RequestConfig request, ModelConfig... models) {
        ProviderConfig plain = TestTargets.provider("openai", baseUrl, null, "k", Map.of());
        return Records.with(plain, "request", request, "models", ModelEntries.of(List.of(models)));
    }

    private static ModelConfig model(String name, RequestConfig request) {
        return Records.with(ModelConfig.named(name), "request", request);
    }

    @Test
    void a_models_rules_come_after_its_providers() {
        ProviderConfig provider = openAi("http://h/v1", set("x", "p"), model("m", set("x", "m")));
        String request = "{'model':'c','messages':[{}]}";
        assertThat(sent(provider, "m", request).path("x").asText()).isEqualTo("m");
        assertThat(sent(provider, "n", request).path("x").asText()).isEqualTo("p");
    }

    @Test
    void they_are_in_the_providers_own_words() {
        ProviderConfig plain = TestTargets.provider("anthropic", "https://up.example", null, "k", Map.of());
        ProviderConfig provider = Records.with(plain, "request", rename("max_tokens", "limit"));
        ChatRequest chat = TestTargets.request("{\"model\":\"c\",\"max_completion_tokens\":7,\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"hi\"}]}");
        JsonNode body = Json.lenient(chat.encode(new Anthropic(), new Target(provider, "claude-sonnet-4-5"))
                .body());
        assertThat(body.path("limit").asInt()).isEqualTo(7);
    }

    @Test
    void a_request_that_no_rule_touches_is_sent_byte_for_byte() {
        ChatRequest request = TestTargets.request("{ \"model\":\"m\", \"temperature\": 1.50, \"messages\" :[{}]}");
        ProviderConfig provider = openAi("https://api.openai.com/v1", drop("store"));
        assertThat(request.encode(new OpenAi(), new Target(provider, "m")).body())
                .isSameAs(request.body());
    }

    @Test
    void embeddings_follow_the_rules_of_their_model_only() throws InvalidRequest {
        ProviderConfig provider = openAi("http://h/v1", set("temperature", 0), model("e", drop("encoding_format")));
        byte[] body = "{\"model\":\"c\",\"input\":\"x\",\"encoding_format\":\"float\"}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        EmbeddingsRequest request = EmbeddingsRequest.parse(body);
        assertThat(Json.lenient(
                        request.encode(new OpenAi(), new Target(provider, "e")).body()))
                .isEqualTo(json("{'model':'e','input':'x'}"));
    }

    // ---- known families ----

    @ParameterizedTest
    @ValueSource(strings = {"o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5.2-mini", "gpt-5.6-terra"})
    void openais_reasoning_models_get_max_completion_tokens(String model) {
        ProviderConfig provider = openAi("https://api.openai.com/v1", RequestConfig.NONE);
        String request = "{'model':'c','max_tokens':5,'messages':[{}]}";
        assertThat(sent(provider, model, request))
                .isEqualTo(json("{'model':'" + model + "','messages':[{}],'max_completion_tokens':5}"));
        assertThat(sent(provider, "gpt-4o", request).path("max_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void an_azure_deployment_is_known_by_the_clients_name_for_it() {
        ProviderConfig provider =
                TestTargets.provider("azure", "https://res.openai.azure.com", "2025-04-01-preview", "k", Map.of());
        ChatRequest chat = TestTargets.request("{\"model\":\"gpt-5-mini\",\"max_tokens\":5,\"messages\":[{}]}");
        byte[] body = chat.encode(new dev.loom.gateway.provider.openai.Azure(), new Target(provider, "my-deployment"))
                .body();
        assertThat(Json.lenient(body).path("max_completion_tokens").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.mistral.ai/v1 | {'model':'m','messages':[{'role':'system'}],'max_tokens':5,'random_seed':1}",
                "https://api.deepseek.com | {'model':'m','store':true,'seed':1,'messages':[{'role':'system','name':'n'}],'max_tokens':5}",
                "https://api.groq.com/openai/v1 | {'model':'m','max_completion_tokens':5,'seed':1,'messages':[{'role':'developer'}]}",
                "https://other.example/v1 | {'model':'m','max_completion_tokens':5,'store':true,'seed':1,'messages':[{'role':'developer','name':'n'}]}",
            })
    void a_known_provider_gets_its_own_field_names(String baseUrl, String expected) {
        String request = "{'model':'m','max_completion_tokens':5,'store':true,'seed':1,"
                + "'messages':[{'role':'developer','name':'n'}]}";
        JsonNode sent = sent(openAi(baseUrl, RequestConfig.NONE), "m", request);
        JsonNode wanted = json(expected);
        if (baseUrl.contains("mistral")) {
            ((ObjectNode) sent.path("messages").path(0)).remove("name");
        }
        assertThat(sent).isEqualTo(wanted);
    }

    @Test
    void the_users_rules_come_after_the_familys() {
        ProviderConfig provider = openAi("https://api.deepseek.com", rename("max_tokens", "limit"));
        assertThat(sent(provider, "m", "{'model':'m','max_completion_tokens':5,'messages':[{}]}")
                        .path("limit")
                        .asInt())
                .isEqualTo(5);
    }
}
