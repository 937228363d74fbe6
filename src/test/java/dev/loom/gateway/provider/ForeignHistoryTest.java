package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.openai.OpenAi;
import dev.loom.gateway.testing.Records;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the traces of other providers in a conversation that one of type openai is to go on with. */
class ForeignHistoryTest {

    private static final String LONG_ID = "call_0123456789012345678901234567890123456789";

    /** As it looks after turns of DeepSeek, Claude and Gemini, and of an SDK that writes every field that it knows. */
    private static final String MIXED =
            """
            {"model":"m","cache_control":{"type":"ephemeral"},
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
               "properties":{"reasoning":{"type":"string"}}}},"cache_control":{"type":"ephemeral"}}],
             "messages":[
              {"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]},
              {"role":"assistant","content":null,"reasoning_content":"Let me see","refusal":null,"annotations":null,
               "thinking_blocks":[{"type":"thinking","thinking":"Let me see","signature":"s"}],
               "tool_calls":[{"id":"%s","type":"function","extra_content":{"google":{"thought_signature":"g"}},
                 "function":{"name":"f","arguments":"{\\"reasoning\\":\\"x\\"}"}}]},
              {"role":"tool","tool_call_id":"%s","content":"42"},
              {"role":"assistant","content":"It is 42","reasoning":"Easy","reasoning_details":[{}],"refusal":null}]}
            """
                    .formatted(LONG_ID, LONG_ID);

    private static Target target(String baseUrl, String family, String model) {
        ProviderConfig plain = TestTargets.provider("openai", baseUrl, null, "k", Map.of());
        return new Target(Records.with(plain, "family", family), model);
    }

    private static JsonNode sent(Target target) {
        return Json.lenient(
                TestTargets.request(MIXED).encode(new OpenAi(), target).body());
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new java.util.ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure", "cerebras"})
    void fields_of_other_providers_are_removed_for_a_provider_that_does_not_know_them(String family) {
        JsonNode sent = sent(target("http://h/v1", family, "m"));
        assertThat(keys(sent)).containsExactly("model", "tools", "messages");
        assertThat(keys(sent.at("/tools/0"))).containsExactly("type", "function");
        assertThat(keys(sent.at("/messages/0/content/0"))).containsExactly("type", "text");
        assertThat(keys(sent.at("/messages/1")))
                .containsExactly("role", "content", "refusal", "annotations", "tool_calls");
        assertThat(keys(sent.at("/messages/1/tool_calls/0"))).containsExactly("id", "type", "function");
        assertThat(keys(sent.at("/messages/3"))).containsExactly("role", "content", "refusal");
    }

    @Test
    void a_tools_own_parameters_and_arguments_are_left_alone() {
        JsonNode sent = sent(target("https://api.openai.com/v1", "auto", "m"));
        assertThat(sent.at("/tools/0/function/parameters/properties").has("reasoning"))
                .isTrue();
        assertThat(sent.at("/messages/1/tool_calls/0/function/arguments").asText())
                .isEqualTo("{\"reasoning\":\"x\"}");
    }

    @Test
    void mistrals_closed_messages_are_sent_what_they_allow_and_ids_of_their_form() {
        JsonNode sent = sent(target("https://api.mistral.ai/v1", "auto", "m"));
        assertThat(keys(sent.at("/messages/1"))).containsExactly("role", "content", "tool_calls");
        assertThat(keys(sent.at("/messages/3"))).containsExactly("role", "content");
        String id = sent.at("/messages/1/tool_calls/0/id").asText();
        assertThat(id).matches("[a-zA-Z0-9]{9}");
        assertThat(sent.at("/messages/2/tool_call_id").asText()).isEqualTo(id);
    }

    @Test
    void a_refusal_becomes_what_was_said_where_there_are_no_refusals() {
        ChatRequest request =
                TestTargets.request("{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":null,"
                        + "\"refusal\":\"I cannot\"},{\"role\":\"user\",\"content\":\"Why?\"}]}");
        byte[] body = request.encode(new OpenAi(), target("https://api.mistral.ai/v1", "auto", "m"))
                .body();
        assertThat(new String(body, UTF_8)).contains("{\"role\":\"assistant\",\"content\":\"I cannot\"}");
    }

    @Test
    void openais_ids_are_cut_to_forty_characters() {
        JsonNode sent = sent(target("https://api.openai.com/v1", "auto", "m"));
        String id = sent.at("/messages/1/tool_calls/0/id").asText();
        assertThat(id).hasSizeLessThanOrEqualTo(40);
        assertThat(sent.at("/messages/2/tool_call_id").asText()).isEqualTo(id);
    }

    @Test
    void deepseek_keeps_its_reasoning_and_gets_a_stand_in_for_what_others_thought() {
        JsonNode thinking = sent(target("https://api.deepseek.com", "auto", "deepseek-v4-pro"));
        assertThat(thinking.at("/messages/1/reasoning_content").asText()).isEqualTo("Let me see");
        assertThat(thinking.at("/messages/3/reasoning_content").asText()).isEqualTo(" ");
        assertThat(thinking.at("/messages/1").has("thinking_blocks")).isFalse();
        JsonNode plain = sent(target("https://api.deepseek.com", "auto", "deepseek-chat"));
        assertThat(plain.at("/messages/3").has("reasoning_content")).isFalse();
    }

    @Test
    void a_server_of_which_nothing_is_known_gets_all_of_it() {
        JsonNode sent = sent(target("http://vllm:8000/v1", "auto", "m"));
        assertThat(sent).isEqualTo(Json.lenient(MIXED.getBytes(UTF_8)));
    }

    @Test
    void until_it_has_refused_some_of_it() {
        Target known = target("http://vllm:8000/v1", "auto", "m");
        Target target = new Target(
                known.provider(), known.model(), known.quirks().refusing(Set.of("reasoning_content", "cache_control")));
        JsonNode sent = sent(target);
        assertThat(keys(sent)).containsExactly("model", "tools", "messages");
        assertThat(sent.at("/messages/1").has("reasoning_content")).isFalse();
        assertThat(sent.at("/messages/1").has("thinking_blocks")).isTrue();
    }

    @Test
    void a_conversation_without_traces_is_sent_byte_for_byte() {
        ChatRequest request = TestTargets.request(
                "{ \"model\":\"m\", \"messages\" :[{\"role\":\"assistant\",\"content\":"
                        + "null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"x\"}]}");
        Target target = target("https://api.openai.com/v1", "auto", "m");
        assertThat(request.encode(new OpenAi(), target).body()).isSameAs(request.body());
    }
}
