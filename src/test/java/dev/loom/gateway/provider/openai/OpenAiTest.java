package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiTest {

    private static final String ANSWER =
            "{\n \"id\": \"c1\", \"object\": \"chat.completion\", \"created\": 7, \"model\": \"m-1\","
                    + " \"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Hi ü\", \"refusal\": null},"
                    + " \"logprobs\": null, \"finish_reason\": \"stop\"}],"
                    + " \"usage\": {\"prompt_tokens\": 9, \"completion_tokens\": 2, \"total_tokens\": 11}, \"x\": 1 }\n";

    private final OpenAi dialect = new OpenAi();

    private Completion decode(String body) throws UnreadableAnswer {
        return dialect.decode(body.getBytes(UTF_8), TestTargets.plain(), TestTargets.openAi("m"));
    }

    private JsonNode repaired(String body) throws UnreadableAnswer {
        return Json.lenient(decode(body).body());
    }

    @Test
    void the_clients_bytes_are_sent_as_they_are() {
        ChatRequest request = TestTargets.request("{ \"messages\" :[{}] , \"model\":\"m\", \"temperature\": 1.50 }");
        UpstreamRequest upstream = dialect.encode(request, TestTargets.openAi("m"));
        assertThat(upstream.body()).isSameAs(request.body());
        assertThat(upstream.method()).isEqualTo("POST");
        assertThat(upstream.url()).isEqualTo("https://up.example/v1/chat/completions");
    }

    @Test
    void only_the_model_is_replaced() {
        ChatRequest request = TestTargets.request("{ \"messages\" :[{}] , \"model\":\"m\", \"temperature\": 1.50 }");
        assertThat(new String(
                        dialect.encode(request, TestTargets.openAi("a\"b")).body(), UTF_8))
                .isEqualTo("{ \"messages\" :[{}] , \"model\":\"a\\\"b\", \"temperature\": 1.50 }");
    }

    @Test
    void a_stream_request_asks_for_usage_and_keeps_the_clients_other_stream_options() {
        ChatRequest request = TestTargets.request(
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false},\"messages\":[{}]}");
        assertThat(new String(dialect.encode(request, TestTargets.openAi("m")).body(), UTF_8))
                .isEqualTo("{\"model\":\"m\",\"stream\":true,\"stream_options\":"
                        + "{\"include_obfuscation\":false,\"include_usage\":true},\"messages\":[{}]}");
    }

    @Test
    void stream_options_are_added_where_there_are_none_or_null() {
        String begin = "{\"model\":\"m\",\"messages\":[{}],\"stream\":true";
        for (String end : new String[] {"}", ",\"stream_options\":null}"}) {
            ChatRequest request = TestTargets.request(begin + end);
            assertThat(new String(
                            dialect.encode(request, TestTargets.openAi("m")).body(), UTF_8))
                    .isEqualTo(begin + ",\"stream_options\":{\"include_usage\":true}}");
        }
    }

    @Test
    void a_client_that_asks_for_usage_itself_is_passed_through() {
        ChatRequest request = TestTargets.streaming(true);
        assertThat(dialect.encode(request, TestTargets.openAi("m")).body()).isSameAs(request.body());
    }

    @Test
    void a_server_that_refuses_the_question_is_sent_none_of_the_clients_options_either() {
        ChatRequest request = TestTargets.request("{\"stream_options\":{\"include_obfuscation\":false},\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"ü\"}],\"model\":\"m\",\"temperature\":1.50}");
        Target known = TestTargets.openAi("n");
        Target target =
                new Target(known.provider(), known.model(), known.quirks().refusing(Set.of("stream_options")));
        assertThat(new String(dialect.encode(request, target).body(), UTF_8))
                .isEqualTo("{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"ü\"}],"
                        + "\"model\":\"n\",\"temperature\":1.50}");
    }

    @Test
    void headers_name_key_organization_and_project() {
        assertThat(dialect.encode(TestTargets.plain(), TestTargets.openAi("m")).headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Authorization", "Bearer key-1",
                        "OpenAI-Organization", "org-1",
                        "OpenAI-Project", "proj-1",
                        "Content-Type", "application/json",
                        "Accept", "application/json",
                        "Accept-Encoding", "identity"));
        assertThat(dialect.encode(TestTargets.streaming(false), TestTargets.openAi("m"))
                        .headers())
                .containsEntry("Accept", "text/event-stream");
    }

    @Test
    void models_are_listed_below_the_base_url() {
        UpstreamRequest models = dialect.models(TestTargets.openAi("m").provider());
        assertThat(models.toString()).isEqualTo("GET https://up.example/v1/models");
        assertThat(models.headers()).containsEntry("Authorization", "Bearer key-1");
    }

    @Test
    void a_key_with_a_line_break_is_refused_without_being_shown() {
        Target target = new Target(
                TestTargets.provider("openai", "https://up.example", null, "key\r\nX-Evil: 1", Map.of()), "m");
        assertThatThrownBy(() -> dialect.encode(TestTargets.plain(), target))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Authorization")
                .hasMessageNotContaining("Evil");
    }

    @Test
    void the_users_headers_replace_the_dialects_whatever_their_case() {
        UpstreamRequest request = dialect.encode(TestTargets.plain(), TestTargets.openAi("m"))
                .withHeaders(Map.of("authorization", new Secret("Basic x"), "X-Own", new Secret("y")));
        assertThat(request.headers())
                .containsEntry("Authorization", "Basic x")
                .containsEntry("X-Own", "y")
                .hasSize(7);
        assertThatThrownBy(() -> request.withHeaders(Map.of("X-Own", new Secret("a\nb"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_answer_that_meets_the_contract_passes_byte_for_byte() throws Exception {
        Completion completion = decode(ANSWER);
        assertThat(new String(completion.body(), UTF_8)).isEqualTo(ANSWER);
        assertThat(completion.usage()).isEqualTo(new Usage(9, 2, 0));
    }

    @Test
    void what_local_servers_leave_out_is_filled_in() throws Exception {
        JsonNode answer = repaired("{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":null}");
        assertThat(answer.path("id").textValue()).startsWith("chatcmpl-");
        assertThat(answer.path("object").textValue()).isEqualTo("chat.completion");
        assertThat(answer.path("created").longValue()).isEqualTo(TestTargets.RECEIVED.getEpochSecond());
        assertThat(answer.path("model").textValue()).isEqualTo("m");
        assertThat(answer.has("usage")).isFalse();
        assertThat(Json.string(answer.path("choices")))
                .isEqualTo("[{\"message\":{\"content\":\"Hi\",\"role\":\"assistant\",\"refusal\":null},\"index\":0,"
                        + "\"logprobs\":null,\"finish_reason\":\"stop\"}]");
    }

    @Test
    void tool_calls_get_ids_types_and_arguments() throws Exception {
        JsonNode calls = repaired(
                        "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":null}},"
                                + "{\"id\":\"\",\"function\":{\"name\":\"g\",\"arguments\":{\"x\":1}}}]},\"finish_reason\":null}]}")
                .path("choices")
                .path(0);
        JsonNode first = calls.path("message").path("tool_calls").path(0);
        JsonNode second = calls.path("message").path("tool_calls").path(1);
        assertThat(first.path("function").path("arguments").textValue()).isEqualTo("{}");
        assertThat(second.path("function").path("arguments").textValue()).isEqualTo("{\"x\":1}");
        assertThat(first.path("type").textValue()).isEqualTo("function");
        assertThat(first.path("id").textValue())
                .startsWith("call_")
                .isNotEqualTo(second.path("id").textValue());
        assertThat(calls.path("finish_reason").textValue()).isEqualTo("tool_calls");
        assertThat(calls.path("message").get("content").isNull()).isTrue();
    }

    @Test
    void a_servers_own_finish_reason_stands_beside_openais() throws Exception {
        JsonNode choice = repaired(ANSWER.replace("\"stop\"", "\"insufficient_system_resource\""))
                .at("/choices/0");
        assertThat(choice.path("finish_reason").textValue()).isEqualTo("length");
        assertThat(choice.at("/provider_finish_reason/openai").textValue()).isEqualTo("insufficient_system_resource");
    }

    @Test
    void of_a_servers_own_finish_reason_no_more_is_kept_than_a_word_has() throws Exception {
        JsonNode choice = repaired(ANSWER.replace("\"stop\"", '"' + "x".repeat(1000) + '"'))
                .at("/choices/0");
        assertThat(choice.path("finish_reason").textValue()).isEqualTo("stop");
        assertThat(choice.at("/provider_finish_reason/openai").textValue()).hasSize(100);
    }

    @Test
    void unknown_fields_survive_a_repair() throws Exception {
        assertThat(repaired(ANSWER.replace("\"stop\"", "\"max_tokens\""))
                        .path("x")
                        .intValue())
                .isEqualTo(1);
        assertThat(repaired(ANSWER.replace("\"stop\"", "\"max_tokens\""))
                        .at("/choices/0/finish_reason")
                        .textValue())
                .isEqualTo("length");
    }

    @Test
    void cached_tokens_are_read_and_usage_is_completed() throws Exception {
        Completion completion = decode("{\"choices\":[{\"message\":{}}],\"usage\":{\"prompt_tokens\":10,"
                + "\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":8}}}");
        assertThat(completion.usage()).isEqualTo(new Usage(10, 1, 8));
        assertThat(Json.lenient(completion.body()).at("/usage/total_tokens").intValue())
                .isEqualTo(11);
    }

    @Test
    void a_filtered_choice_without_a_message_is_an_answer_without_content() throws Exception {
        JsonNode choice = repaired("{\"choices\":[{\"index\":0,\"finish_reason\":\"content_filter\","
                        + "\"content_filter_results\":{\"hate\":{\"filtered\":true,\"severity\":\"high\"}}}],"
                        + "\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}")
                .path("choices")
                .path(0);
        assertThat(choice.path("finish_reason").textValue()).isEqualTo("content_filter");
        assertThat(Json.string(choice.path("message")))
                .isEqualTo("{\"role\":\"assistant\",\"content\":null,\"refusal\":null}");
        assertThat(choice.at("/content_filter_results/hate/filtered").booleanValue())
                .isTrue();
    }

    private JsonNode message(String message) throws UnreadableAnswer {
        return repaired("{\"choices\":[{\"message\":" + message + "}]}").at("/choices/0/message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":\"Hi\",\"reasoning_content\":\"Hm.\"}",
                "{\"content\":\"Hi\",\"reasoning\":\"Hm.\"}",
                "{\"content\":\"Hi\",\"reasoning_text\":\"Hm.\"}",
                "{\"content\":\"Hi\",\"thinking\":\"Hm.\"}",
                "{\"content\":\"Hi\",\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"}",
                "{\"content\":\"Hi\",\"reasoning\":\"Hm.\",\"reasoning_content\":null}",
                "{\"content\":\"Hi\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm.\"}]}",
                "{\"content\":\"Hi\",\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"Hm.\"}]}",
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"H\"},{\"type\":\"text\",\"text\":\"m.\"}]},{\"type\":\"text\",\"text\":\"Hi\"}]}",
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm.\"},{\"type\":\"text\",\"text\":\"H\"},{\"type\":\"text\",\"text\":\"i\"}]}"
            })
    void thinking_in_every_form_becomes_reasoning_content(String message) throws Exception {
        JsonNode repaired = message(message);
        assertThat(repaired.path("content").textValue()).isEqualTo("Hi");
        assertThat(repaired.path("reasoning_content").textValue()).isEqualTo("Hm.");
        assertThat(repaired.properties())
                .extracting(Map.Entry::getKey)
                .doesNotContain("reasoning", "reasoning_text", "thinking");
    }

    @Test
    void images_among_the_parts_of_an_answer_come_in_a_field_of_their_own() throws Exception {
        JsonNode repaired = message("{\"content\":[{\"type\":\"text\",\"text\":\"Here:\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}");
        assertThat(repaired.path("content").textValue()).isEqualTo("Here:");
        assertThat(Json.string(repaired.path("images")))
                .isEqualTo("[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "<html></html>",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":[{}]}",
                "{\"choices\":[null]}",
                "{\"choices\":[{\"text\":\"old\"}]}",
                "{\"choices\":[{\"message\":{}}]} x",
                "{\"choices\":[{\"message\":{\"tool_calls\":[1]}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}]}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"\",\"arguments\":\"{}\"}}]}}]}",
                "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"a\"}]},\"finish_reason\":\"tool_calls\"}]}",
                "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"error\"}]}"
            })
    void what_is_no_answer_is_refused(String body) {
        assertThatThrownBy(() -> decode(body)).isInstanceOfSatisfying(UnreadableAnswer.class, e -> assertThat(
                        e.failure().outcome())
                .isEqualTo(Outcome.TRANSIENT));
    }

    @Test
    void an_id_alone_is_no_call() throws Exception {
        JsonNode answer = Json.lenient(decode(
                        "{\"choices\":[{\"message\":{\"content\":\"Hi\",\"tool_calls\":"
                                + "[{\"id\":\"a\",\"function\":{\"name\":null,\"arguments\":\"\"}}]},\"finish_reason\":\"stop\"}]}")
                .body());
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hi");
        assertThat(answer.at("/choices/0/message/tool_calls")).isEmpty();
    }

    @Test
    void an_error_inside_a_200_keeps_its_class() {
        assertThatThrownBy(() -> decode("{\"error\":{\"code\":429,\"message\":\"Slow. Please retry in 3s\"}}"))
                .isInstanceOfSatisfying(UnreadableAnswer.class, e -> {
                    assertThat(e.failure().outcome()).isEqualTo(Outcome.RATE_LIMITED);
                    assertThat(e.failure().retryAfter()).hasSeconds(3);
                });
    }

    @Test
    void an_answer_in_utf_16_reaches_the_client_in_utf_8() throws Exception {
        byte[] body = ANSWER.getBytes(StandardCharsets.UTF_16LE);
        Completion completion = dialect.decode(body, TestTargets.plain(), TestTargets.openAi("m"));
        assertThat(new String(completion.body(), UTF_8)).contains("Hi ü");
    }
}
