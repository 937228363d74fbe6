package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers that refuse to be asked for the usage of a stream: found out once, and answered all the same. */
class UsageInStreamsTest {

    private static final String MISTRAL =
            "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\","
                    + "\"loc\":[\"body\",\"stream_options\",\"include_usage\"],\"msg\":\"Extra inputs are not permitted\"}]},"
                    + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}";
    private static final String DATABRICKS =
            "{\"error_code\":\"BAD_REQUEST\",\"message\":\"Bad request: json: unknown field \\\"stream_options\\\"\\n\"}";
    private static final String AZURE =
            "{\"error\":{\"code\":null,\"message\":\"Unrecognized request argument supplied:"
                    + " stream_options\",\"param\":null,\"type\":\"invalid_request_error\"}}";

    private static Behaviour refusing(int status, String error) {
        return call -> {
            if (call.request().body().contains("stream_options")) {
                call.json(status, error);
            } else {
                call.completion("hi");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {MISTRAL, DATABRICKS, AZURE})
    void a_provider_that_refuses_stream_options_is_asked_again_without_them_and_remembered(String error) {
        try (FakeProvider a = new FakeProvider(refusing(error.equals(MISTRAL) ? 422 : 400, error));
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b);
                CapturedLog log = new CapturedLog()) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.body()).contains("\"hi\"").endsWith("data: [DONE]\n\n");
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("a");
            assertThat(response.headers().firstValue("x-loom-attempts"))
                    .as("the repetition is no attempt")
                    .hasValue("1");
            assertThat(a.requests()).hasSize(2);
            assertThat(log.text()).contains("'a'", "stream_options");

            gateway.chat(chat("gpt-4", true));
            assertThat(a.requests()).as("remembered").hasSize(3);
            assertThat(b.requests()).isEmpty();
            JsonNode stats = gateway.stats("a");
            assertThat(stats.path("requests").asInt()).isEqualTo(2);
            assertThat(stats.path("errors").size()).isZero();
            assertThat(stats.path("in_flight").asInt()).isZero();
        }
    }

    @Test
    void the_clients_own_question_is_taken_out_as_well() {
        try (FakeProvider a = new FakeProvider(refusing(400, AZURE));
                TestGateway gateway = TestGateway.over(a)) {
            String asking =
                    chat("gpt-4", true).replace("{\"model", "{\"stream_options\":{\"include_usage\":true},\"model");
            assertThat(gateway.chat(asking).body()).contains("\"hi\"");
            assertThat(a.requests()).hasSize(2);
        }
    }

    @Test
    void the_repetition_leaves_every_retry_to_the_others() {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.request().body().contains("stream_options")) {
                        call.json(400, AZURE);
                    } else {
                        call.error(503, "server_error", "overloaded");
                    }
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("rate_limit: {concurrent_requests: 1}\n", a, b)
                                + "routing: {failover: {max_retries: 1}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.body()).contains("from b");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
            assertThat(gateway.stats("a")
                            .at("/limits/concurrent_requests/remaining")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_refusal_of_what_was_not_asked_is_relayed() {
        try (FakeProvider a = new FakeProvider(call -> call.json(400, AZURE));
                TestGateway gateway = TestGateway.over(a)) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(400);
            assertThat(a.requests()).hasSize(1);
            assertThat(gateway.chat(chat("gpt-4", true)).statusCode()).isEqualTo(400);
            assertThat(a.requests()).as("once without it, and no more").hasSize(3);
        }
    }

    @Test
    void with_always_stream_options_are_sent_every_time() {
        try (FakeProvider a = new FakeProvider(refusing(400, AZURE));
                TestGateway gateway = TestGateway.start(TestGateway.providers("usage_in_streams: always\n", a))) {
            assertThat(gateway.chat(chat("gpt-4", true)).statusCode()).isEqualTo(400);
            assertThat(a.requests()).hasSize(1);
        }
    }

    @Test
    void with_never_no_stream_options_are_sent() {
        try (FakeProvider a = FakeProvider.saying("hi");
                TestGateway gateway = TestGateway.start(TestGateway.providers("usage_in_streams: never\n", a))) {
            gateway.chat(chat("gpt-4", true));
            assertThat(a.requests().get(0).body()).doesNotContain("stream_options");
        }
    }
}
