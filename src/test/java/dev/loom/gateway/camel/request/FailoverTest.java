package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverTest {

    @Test
    void the_first_provider_answers_and_the_headers_say_so() {
        try (FakeProvider a = FakeProvider.saying("from a");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false), "x-request-id", "my-id.1");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(FakeProvider.Call.completionBody("from a"));
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("a");
            assertThat(response.headers().firstValue("x-loom-model")).hasValue("gpt-4");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
            assertThat(response.headers().firstValue("x-request-id")).hasValue("my-id.1");
            assertThat(b.requests()).isEmpty();
        }
    }

    @Test
    void a_503_goes_to_the_next_provider() {
        try (FakeProvider a = FakeProvider.failing(503, "server_error", "overloaded");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.body()).contains("from b");
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("b");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
        }
    }

    @Test
    void a_refused_connection_goes_to_the_next_provider() {
        FakeProvider gone = FakeProvider.saying("never");
        gone.close();
        try (FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(gone, b)) {
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from b");
        }
    }

    @Test
    void a_connection_that_is_cut_before_the_answer_goes_to_the_next_provider() {
        try (FakeProvider a = new FakeProvider(FakeProvider.Call::cut);
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from b");
        }
    }

    @Test
    void a_bad_request_is_relayed_at_once() {
        try (FakeProvider a = FakeProvider.failing(400, "invalid_request_error", "invalid_value");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("\"message\":\"fake 400\"", "\"code\":\"invalid_value\"");
            assertThat(a.requests()).hasSize(1);
            assertThat(b.requests()).isEmpty();
        }
    }

    @Test
    void an_answer_that_cannot_be_read_goes_to_the_next_provider() {
        try (FakeProvider a = new FakeProvider(call -> call.json(200, "<html>"));
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from b");
        }
    }

    @Test
    void when_everyone_fails_the_error_tells_the_whole_trail() {
        try (FakeProvider a = FakeProvider.failing(500, "server_error", "x");
                FakeProvider b = FakeProvider.failing(502, "server_error", "x");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("3");
            assertThat(response.body())
                    .contains("\"provider\":\"a\"", "\"provider\":\"b\"", "\"class\":\"transient\"", "\"status\":502")
                    .doesNotContain("sk-provider-key", "127.0.0.1", "Exception");
        }
    }

    @Test
    void a_stream_that_sends_an_error_before_its_first_content_goes_to_the_next_provider() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.chunk("{\"role\":\"assistant\",\"content\":\"\"}", null);
                    call.event("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}");
                    call.endStream();
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("b");
            assertThat(response.body())
                    .contains("from b")
                    .endsWith("data: [DONE]\n\n")
                    .doesNotContain("overloaded");
        }
    }

    @Test
    void a_stream_that_says_nothing_within_first_token_goes_to_the_next_provider() {
        try (FakeProvider a = new FakeProvider(FakeProvider.Call::awaitClosed);
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("timeouts: {first_token: 300ms}", a, b))) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("b");
        }
    }

    @Test
    void a_stream_that_dies_after_content_ends_with_an_error_event_and_is_not_repeated() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("half an ans");
                    call.cut();
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body())
                    .contains("half an ans", "data: {\"error\":{\"message\":")
                    .doesNotContain("[DONE]", "from b");
            assertThat(b.requests()).isEmpty();
        }
    }

    @Test
    void without_failover_there_is_one_attempt() {
        try (FakeProvider a = FakeProvider.failing(503, "server_error", "x");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", a, b) + "routing: {failover: {enabled: false}}\n", Map.of())) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
            assertThat(b.requests()).isEmpty();
        }
    }
}
