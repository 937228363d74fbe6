package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.TrailEntry;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code x-loom-explain: true} and the header that answers it. */
class TrailHeaderTest {

    private static final String ALLOWED = "server: {explain_header: true}\n";

    private final FakeProvider a = FakeProvider.saying("from a");
    private final FakeProvider b = FakeProvider.saying("from b");

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    private static String withoutTimes(HttpResponse<String> response) {
        return header(response, "x-loom-trail").replaceAll("ms\":\\d+", "ms\":0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answers_whole_and_streamed_tell_who_was_called_and_who_was_skipped(boolean stream) {
        try (TestGateway gateway = TestGateway.start(providers("", a, b) + ALLOWED)) {
            a.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
            HttpResponse<String> first = gateway.chat(chat("gpt-4", stream), "x-loom-explain", "true");
            isFrom(first, "b", 2);
            assertThat(withoutTimes(first))
                    .isEqualTo(
                            "[{\"provider\":\"a\",\"model\":\"gpt-4\",\"class\":\"rate_limited\",\"status\":429,\"ms\":0},"
                                    + "{\"provider\":\"b\",\"model\":\"gpt-4\",\"class\":\"success\",\"status\":200,\"ms\":0}]");
            HttpResponse<String> second = gateway.chat(chat("gpt-4", stream), "x-loom-explain", "TRUE");
            isFrom(second, "b", 1);
            assertThat(withoutTimes(second))
                    .isEqualTo(
                            "[{\"provider\":\"a\",\"model\":\"gpt-4\",\"skipped\":\"rate_limit\",\"retry_in_ms\":0},"
                                    + "{\"provider\":\"b\",\"model\":\"gpt-4\",\"class\":\"success\",\"status\":200,\"ms\":0}]");
        }
    }

    @Test
    void errors_tell_it_too() {
        try (TestGateway gateway = TestGateway.start(providers("", a) + ALLOWED)) {
            a.behave(call -> call.error(400, "invalid_request_error", "bad"));
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false), "x-loom-explain", "true");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(withoutTimes(response))
                    .isEqualTo(
                            "[{\"provider\":\"a\",\"model\":\"gpt-4\",\"class\":\"caller_fault\",\"status\":400,\"ms\":0}]");
            assertThat(header(response, "x-loom-trail")).doesNotContain("sk-", a.url());
        }
    }

    @Test
    void a_request_that_was_not_planned_has_no_trail() {
        try (TestGateway gateway = TestGateway.start(providers("", a) + ALLOWED)) {
            HttpResponse<String> response = gateway.chat(chat("nothing", false), "x-loom-explain", "true");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.headers().firstValue("x-loom-trail")).isEmpty();
        }
    }

    @Test
    void without_the_setting_or_without_asking_there_is_none() {
        try (TestGateway gateway = TestGateway.start(providers("", a))) {
            assertThat(gateway.chat(chat("gpt-4", false), "x-loom-explain", "true")
                            .headers()
                            .firstValue("x-loom-trail"))
                    .isEmpty();
        }
        try (TestGateway gateway = TestGateway.start(providers("", a) + ALLOWED)) {
            assertThat(gateway.chat(chat("gpt-4", false)).headers().firstValue("x-loom-trail"))
                    .isEmpty();
        }
    }

    @Test
    void whatever_a_model_is_called_the_header_stays_short_and_printable() {
        String name = "m\r\nx-evil: 1\u0000\u00e4\"".repeat(40);
        String header = TrailHeader.of(Collections.nCopies(500, new TrailEntry("a", name, null, null, 1)));
        assertThat(header).hasSizeLessThanOrEqualTo(4096).matches("[\\x20-\\x7e]*");
        JsonNode json = Json.lenient(header.getBytes(StandardCharsets.UTF_8));
        assertThat(json.path(0).path("omitted").asInt()).isEqualTo(500 - (json.size() - 1));
        assertThat(json.size()).isGreaterThan(5);
    }
}
