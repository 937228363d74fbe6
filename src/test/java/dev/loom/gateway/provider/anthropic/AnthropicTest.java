package dev.loom.gateway.provider.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestHeaders;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.dialects.Dialects;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicTest {

    private final Anthropic dialect = new Anthropic();

    private static Target target(String baseUrl, Map<String, String> headers) {
        return new Target(TestTargets.provider("anthropic", baseUrl, null, "key-1", headers), Claude.OLD);
    }

    private Failure classify(int status, Headers headers, String body) {
        return dialect.classify(status, headers, Claude.quoted(body).getBytes(UTF_8), TestTargets.RECEIVED);
    }

    private Failure classify(int status, String type, String message) {
        return classify(
                status,
                Headers.NONE,
                "{'type':'error','error':{'type':'" + type + "','message':'" + message + "'},'request_id':'req_1'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://up.example", "https://up.example/v1", "https://up.example/v1/"})
    void messages_are_posted_below_the_base_url(String baseUrl) {
        UpstreamRequest request = dialect.encode(TestTargets.plain(), target(baseUrl, Map.of()));
        assertThat(request.toString()).isEqualTo("POST https://up.example/v1/messages");
        assertThat(Json.lenient(request.body()).path("model").asText()).isEqualTo(Claude.OLD);
    }

    @Test
    void headers_name_key_and_version() {
        assertThat(dialect.encode(TestTargets.plain(), target("https://up.example", Map.of()))
                        .headers())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "x-api-key", "key-1",
                        "anthropic-version", "2023-06-01",
                        "Content-Type", "application/json",
                        "Accept", "application/json",
                        "Accept-Encoding", "identity"));
        Target newer = Claude.target(Claude.OLD, "2026-10-21", new MaxOutputTokens(null, Map.of()));
        assertThat(dialect.encode(TestTargets.streaming(true), newer).headers())
                .containsEntry("Accept", "text/event-stream")
                .containsEntry("anthropic-version", "2026-10-21");
    }

    @Test
    void a_user_who_signs_in_otherwise_is_not_overruled() {
        Target target = target("https://up.example", Map.of("authorization", "Bearer token"));
        assertThat(dialect.encode(TestTargets.plain(), target).headers()).doesNotContainKey("x-api-key");
        assertThat(dialect.models(target.provider()).headers()).doesNotContainKey("x-api-key");
    }

    @Test
    void models_are_listed() {
        UpstreamRequest models =
                dialect.models(target("https://up.example", Map.of()).provider());
        assertThat(models.toString()).isEqualTo("GET https://up.example/v1/models?limit=1");
        assertThat(models.headers()).containsEntry("x-api-key", "key-1").containsKey("anthropic-version");
    }

    @Test
    void the_dialect_is_built_in() {
        assertThat(Dialects.of("anthropic")).isInstanceOf(Anthropic.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, messages.0: wrong, CALLER_FAULT",
        "400, invalid_request_error, prompt is too long: 210000 tokens > 200000 maximum, CONTEXT_LENGTH",
        "400, invalid_request_error, Your credit balance is too low to access the API, QUOTA",
        "401, authentication_error, invalid x-api-key, CREDENTIAL",
        "402, billing_error, Pay, QUOTA",
        "403, permission_error, Not yours, UNSUPPORTED_HERE",
        "403, permission_error, OAuth authentication is currently not allowed for this organization., CREDENTIAL",
        "404, not_found_error, model: claude-9, MODEL_GONE",
        "409, conflict_error, Again, TRANSIENT",
        "413, request_too_large, Too large, CALLER_FAULT",
        "429, rate_limit_error, Slow, RATE_LIMITED",
        "500, api_error, Oops, TRANSIENT",
        "504, timeout_error, Late, TRANSIENT",
        "529, overloaded_error, Overloaded, TRANSIENT"
    })
    void errors_are_classified(int status, String type, String message, Outcome outcome) {
        Failure failure = classify(status, type, message);
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.error().message()).isEqualTo(message);
        assertThat(failure.requestId()).isEqualTo("req_1");
    }

    @Test
    void the_type_is_the_code_where_openai_has_none() {
        assertThat(classify(529, "overloaded_error", "Overloaded").error().code())
                .isEqualTo("overloaded_error");
    }

    @Test
    void a_spent_budget_is_a_quota_though_it_comes_with_429() {
        assertThat(classify(
                                429,
                                Headers.NONE,
                                "{'error':{'type':'rate_limit_error','message':'x','details':{'error_code':"
                                        + "'enforced_spend_limit_reached'}}}")
                        .outcome())
                .isEqualTo(Outcome.QUOTA);
    }

    @Test
    void the_id_in_the_header_comes_first_and_the_wait_is_read() {
        Failure failure = classify(
                429, TestHeaders.of("request-id", "req_h", "retry-after", "31"), "{'error':{},'request_id':'req_b'}");
        assertThat(failure.requestId()).isEqualTo("req_h");
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(31));
    }
}
