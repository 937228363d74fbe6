package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What depends on more than the one failed attempt: other models, {@code retry_codes}, and that everyone fails. */
class OutcomesTest {

    private static final String TOO_LONG = "context_length_exceeded";

    @Test
    void a_prompt_that_is_too_long_goes_to_a_provider_of_another_model() {
        try (FakeProvider a = FakeProvider.failing(400, "invalid_request_error", TOO_LONG);
                FakeProvider b = FakeProvider.failing(500, "server_error", "never called");
                FakeProvider c = FakeProvider.saying("from the large model");
                TestGateway gateway =
                        TestGateway.start(providers("", a, b, c) + "model_mapping: {gpt-4: {c: gpt-4-large}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            isFrom(response, "c", 2);
            assertThat(header(response, "x-loom-model")).isEqualTo("gpt-4-large");
            assertThat(c.requests().get(0).body()).contains("\"model\":\"gpt-4-large\"");
            assertThat(b.requests()).as("it serves the same model").isEmpty();
        }
    }

    @Test
    void a_prompt_that_is_too_long_for_every_model_is_the_clients_fault() {
        try (FakeProvider a = FakeProvider.failing(400, "invalid_request_error", TOO_LONG);
                FakeProvider b = FakeProvider.failing(400, "invalid_request_error", TOO_LONG);
                TestGateway gateway =
                        TestGateway.start(providers("", a, b) + "model_mapping: {gpt-4: {b: gpt-4-large}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(error(response, 400).path("code").asText()).isEqualTo(TOO_LONG);
            assertThat(b.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "503, server_error, x, true",
        "500, server_error, x, false",
        "429, requests, rate_limit_exceeded, false",
        "402, x, x, true",
        "401, x, x, true",
        "404, x, model_not_found, true",
        "418, x, x, true",
        "400, x, x, false",
    })
    void retry_codes_replace_the_statuses_that_fail_over(int status, String type, String code, boolean failsOver) {
        try (FakeProvider a = new FakeProvider(call -> call.error(status, type, code, "Retry-After", "7"));
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway =
                        TestGateway.start(providers("", a, b) + "routing: {failover: {retry_codes: [503, 418]}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(b.requests()).hasSize(failsOver ? 1 : 0);
            assertThat(response.statusCode()).isEqualTo(failsOver ? 200 : status);
            assertThat(consecutiveFailures(gateway)).isEqualTo(status >= 500 ? 1 : 0);
            assertThat(header(response, "Retry-After")).isEqualTo(status == 429 || status == 500 ? "7" : "");
        }
    }

    @Test
    void a_connection_that_fails_goes_on_whatever_retry_codes_say() {
        try (FakeProvider a = new FakeProvider(FakeProvider.Call::cut);
                FakeProvider b = new FakeProvider(FakeProvider.Call::awaitClosed);
                FakeProvider c = FakeProvider.saying("from c");
                TestGateway gateway = TestGateway.start(
                        providers("", a, b, c).replace("name: b\n", "name: b\n    timeouts: {response: 500ms}\n")
                                + "routing: {failover: {retry_codes: [429]}}\n")) {
            isFrom(gateway.chat(chat("gpt-4", false)), "c", 3);
        }
    }

    @Test
    void a_client_that_leaves_is_nobodys_failure() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> {
                    asked.countDown();
                    call.awaitClosed(closed);
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            RawClient client = RawClient.post(gateway.port(), chat("gpt-4", false));
            assertThat(asked.await(10, SECONDS)).isTrue();
            client.close();
            assertThat(closed.await(10, SECONDS)).isTrue();
            Awaitility.await().until(() -> gateway.stats("a").path("in_flight").asInt() == 0);
            JsonNode stats = gateway.stats("a");
            assertThat(stats.path("requests").asInt()).isEqualTo(1);
            assertThat(stats.path("errors").isEmpty()).isTrue();
            assertThat(stats.path("cooldown_until").isNull()).isTrue();
            assertThat(consecutiveFailures(gateway)).isZero();
            assertThat(b.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, invalid_api_key, 401, invalid_api_key, 502, provider_accounts_exhausted",
        "401, invalid_api_key, 402, x, 502, provider_accounts_exhausted",
        "404, model_not_found, 404, model_not_found, 404, model_not_found",
        "429, rate_limit_exceeded, 429, rate_limit_exceeded, 429, rate_limit_exceeded",
        "401, invalid_api_key, 429, rate_limit_exceeded, 503, no_provider_available",
        "404, model_not_found, 500, x, 503, no_provider_available",
    })
    void when_everyone_fails_the_status_says_why(
            int one, String oneCode, int other, String otherCode, int status, String code) {
        try (FakeProvider a = FakeProvider.failing(one, "x", oneCode);
                FakeProvider b = FakeProvider.failing(other, "x", otherCode);
                TestGateway gateway =
                        TestGateway.start(providers("", a, b) + "routing: {failover: {max_retries: 1}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            JsonNode error = error(response, status);
            assertThat(error.path("code").asText()).isEqualTo(code);
            assertThat(header(response, "x-should-retry")).isEqualTo(status == 502 ? "false" : "");
            assertThat(header(response, "Retry-After").isEmpty()).isEqualTo(status == 502 || status == 404);
            assertThat(header(response, "x-loom-attempts")).isEqualTo("2");
            assertThat(error.path("attempts")).hasSize(2);
            assertThat(error.path("attempts").path(0).fieldNames())
                    .toIterable()
                    .containsExactly("provider", "model", "class", "status", "ms", "request_id");
        }
    }

    @Test
    void the_deadline_ends_a_request_with_504() {
        try (FakeProvider a = new FakeProvider(FakeProvider.Call::awaitClosed);
                FakeProvider b = FakeProvider.saying("too late");
                TestGateway gateway =
                        TestGateway.start(providers("", a, b) + "routing: {failover: {deadline: 500ms}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(error(response, 504).path("code").asText()).isEqualTo("deadline_exceeded");
            assertThat(header(response, "x-should-retry")).isEqualTo("false");
            assertThat(header(response, "Retry-After")).isEmpty();
            assertThat(b.requests()).isEmpty();
        }
    }

    private static int consecutiveFailures(TestGateway gateway) {
        return gateway.stats("a")
                .path("circuit_breaker")
                .path("consecutive_failures")
                .asInt();
    }
}
