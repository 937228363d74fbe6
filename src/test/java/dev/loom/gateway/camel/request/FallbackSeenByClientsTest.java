package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fallback provider, here mostly one that the strategy does not know. */
class FallbackSeenByClientsTest {

    private final FakeProvider a = FakeProvider.failing(500, "server_error", "x");
    private final FakeProvider last = FakeProvider.saying("from the last");

    @AfterEach
    void stop() {
        a.close();
        last.close();
    }

    private TestGateway start(String routed, String fallback) {
        return TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                  - {name: last, type: openai, api_key: k, base_url: '%s', models: [llama-2-70b]}
                model_mapping: {mapped: {a: gpt-4, last: mistral-7b}}
                routing:
                  providers: [%s]
                  failover: {max_retries: 1}
                  fallback: {provider: last, %s}
                """
                        .formatted(a.url(), last.url(), routed, fallback));
    }

    @Test
    void on_error_it_answers_after_the_attempts_are_used_up() {
        try (TestGateway gateway = start("{name: a}", "on_error: true, on_rate_limit: false")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            isFrom(response, "last", 3);
            assertThat(header(response, "x-loom-model")).isEqualTo("llama-2-70b");
            assertThat(a.requests()).hasSize(2);
        }
    }

    @Test
    void it_streams_as_well_and_under_its_mapped_name() {
        try (TestGateway gateway = start("{name: a}", "on_error: true")) {
            HttpResponse<String> response = gateway.chat(chat("mapped", true));
            isFrom(response, "last", 3);
            assertThat(header(response, "x-loom-model")).isEqualTo("mistral-7b");
            assertThat(response.body()).contains("from the last").endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void not_on_error_if_so_configured() {
        try (TestGateway gateway = start("{name: a}", "on_error: false, on_rate_limit: true")) {
            error(gateway.chat(chat("gpt-4", false)), 503);
            assertThat(last.requests()).isEmpty();
        }
    }

    @Test
    void on_rate_limit_it_answers_at_once_and_for_those_who_follow() {
        a.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "60"));
        try (TestGateway gateway = start("{name: a}", "on_error: false, on_rate_limit: true")) {
            isFrom(gateway.chat(chat("gpt-4", false)), "last", 2);
            isFrom(gateway.chat(chat("gpt-4", false)), "last", 1);
        }
    }

    @Test
    void not_on_rate_limit_if_so_configured() {
        a.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "60"));
        try (TestGateway gateway = start("{name: a}", "on_error: true, on_rate_limit: false")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            error(response, 429);
            assertThat(header(response, "Retry-After")).isEqualTo("60");
            assertThat(last.requests()).isEmpty();
        }
    }

    @Test
    void it_is_not_tried_twice() {
        last.behave(call -> call.error(500, "server_error", "x"));
        try (TestGateway gateway = start("{name: a}, {name: last}", "on_error: true")) {
            error(gateway.chat(chat("mapped", false)), 503);
            assertThat(a.requests()).hasSize(1);
            assertThat(last.requests()).hasSize(1);
        }
    }

    @Test
    void the_callers_own_fault_is_no_reason_for_it() {
        a.behave(call -> call.error(400, "invalid_request_error", "invalid_value"));
        try (TestGateway gateway = start("{name: a}", "on_error: true")) {
            error(gateway.chat(chat("gpt-4", false)), 400);
            assertThat(last.requests()).isEmpty();
        }
    }
}
