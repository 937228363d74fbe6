package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What providers say of an error, as far as it is of use to the client, reaches the client. */
class ProviderErrorsTest {

    private static final String KEY = "unlikely-to-be-taken-for-a-key";

    private static final FakeProvider PROVIDER = FakeProvider.saying("unused");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            yaml.append("  - {name: %s, type: openai, api_key: %s, base_url: '%s', models: [%s]}\n"
                    .formatted(name, KEY, PROVIDER.url(), name));
        }
        gateway = TestGateway.start(yaml + "routing: {failover: {max_retries: 0}}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PROVIDER.close();
    }

    private static JsonNode error(String model, int expected, int status, String body) {
        PROVIDER.behave(call -> call.json(status, body));
        return Answers.error(gateway.chat(chat(model, false)), expected);
    }

    @Test
    void the_content_filter_that_blocked_is_named() {
        JsonNode error = error(
                "a",
                400,
                400,
                "{\"error\":{\"message\":\"Filtered\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\","
                        + "\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\","
                        + "\"content_filter_result\":{\"jailbreak\":{\"filtered\":true,\"detected\":true}}}}}");
        assertThat(error.path("code").asText()).isEqualTo("content_filter");
        assertThat(error.at("/innererror/content_filter_result/jailbreak/detected")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_callers_fault_in_the_first_event_of_a_stream_is_told_as_one() {
        PROVIDER.behave(call -> {
            call.startStream();
            call.event(
                    "{\"object\":\"error\",\"message\":\"No such parameter\",\"type\":\"BadRequestError\",\"code\":400}");
            call.done();
        });
        JsonNode error = Answers.error(gateway.chat(chat("a", true)), 400);
        assertThat(error.path("message").asText()).isEqualTo("No such parameter");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void a_failed_generation_is_shown() {
        JsonNode error = error(
                "a",
                400,
                400,
                "{\"error\":{\"message\":\"Failed to call a function.\",\"type\":\"invalid_request_error\","
                        + "\"code\":\"tool_use_failed\",\"failed_generation\":\"<function=f> " + KEY + "\"}}");
        assertThat(error.path("failed_generation").asText()).isEqualTo("<function=f> ***");
    }

    @Test
    void a_message_that_is_an_object_becomes_text() {
        JsonNode error = error(
                "a",
                422,
                422,
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\","
                        + "\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra inputs are not permitted\"}]},"
                        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}");
        assertThat(error.path("message").asText()).isEqualTo("Extra inputs are not permitted (seed)");
        assertThat(error.path("param").asText()).isEqualTo("seed");
    }

    @Test
    void a_refused_key_is_explained_and_not_shown() {
        JsonNode error = error("b", 502, 401, "{\"error\":{\"message\":\"Your key " + KEY + " has expired\"}}");
        assertThat(error.path("message").asText()).contains("b: credential (Your key *** has expired)");
    }

    @Test
    void a_rate_limit_is_explained() {
        JsonNode error = error("c", 429, 429, "{\"error\":{\"message\":\"Limit 3, used 3. Upgrade to tier 2.\"}}");
        assertThat(error.path("message").asText()).contains("(Limit 3, used 3. Upgrade to tier 2.)");
    }

    @Test
    void a_model_that_is_gone_is_explained() {
        JsonNode error = error(
                "d",
                404,
                404,
                "{\"error\":{\"code\":\"model_not_found\",\"message\":\"Retired on 1 June; use d-2.\"}}");
        assertThat(error.path("message").asText()).contains("(Retired on 1 June; use d-2.)");
    }

    @Test
    void perplexitys_error_for_a_long_prompt_is_recognised() {
        JsonNode error = error(
                "e",
                400,
                400,
                "{\"error\":{\"message\":\"Too long\",\"type\":\"too_many_prompt_tokens\",\"code\":400}}");
        assertThat(error.path("code").asText()).isEqualTo("context_length_exceeded");
    }
}
