package dev.loom.gateway.provider.gemini;

import static dev.loom.gateway.provider.gemini.VertexTargets.BASE;
import static dev.loom.gateway.provider.gemini.VertexTargets.provider;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VertexTest {

    private static final String MODELS = "/v1/projects/proj-1/locations/us-central1/publishers/google/models/";

    private final Vertex vertex = new Vertex();

    private String url(ProviderConfig provider, String model) {
        return vertex.encode(TestTargets.plain(), new Target(provider, model)).url();
    }

    @Test
    void a_model_is_addressed_through_project_and_location() {
        assertThat(url(provider(BASE, "proj-1", "us-central1", null, Map.of()), "gemini-2.5-flash"))
                .isEqualTo(BASE + MODELS + "gemini-2.5-flash:generateContent");
        assertThat(vertex.encode(TestTargets.streaming(false), VertexTargets.target("gemini-2.5-flash"))
                        .url())
                .isEqualTo(BASE + MODELS + "gemini-2.5-flash:streamGenerateContent?alt=sse");
    }

    @Test
    void a_provider_without_location_or_project_is_global_or_express() {
        assertThat(url(provider("https://aiplatform.googleapis.com", "p", null, null, Map.of()), "g"))
                .isEqualTo(
                        "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/g:generateContent");
        assertThat(url(provider("https://aiplatform.googleapis.com/v1", null, null, "k", Map.of()), "g"))
                .isEqualTo("https://aiplatform.googleapis.com/v1/publishers/google/models/g:generateContent");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a/../../b, a%2F..%2F..%2Fb",
                "a?x=1#y, a%3Fx%3D1%23y",
                "ö@1:z, %C3%B6%401%3Az",
                "a b%2F, a%20b%252F",
                "A-z_0.9~, A-z_0.9~"
            })
    void a_models_name_cannot_leave_its_segment(String model, String segment) {
        assertThat(url(VertexTargets.target("x").provider(), model))
                .isEqualTo(BASE + MODELS + segment + ":generateContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void a_name_that_is_a_step_in_a_path_is_refused(String model) {
        assertThatThrownBy(() -> url(VertexTargets.target("x").provider(), model))
                .isInstanceOf(UnsupportedRequest.class);
    }

    @Test
    void the_token_is_left_to_the_caller_unless_there_is_a_key() {
        ProviderConfig plain = provider(BASE, "p", "l", null, Map.of());
        ProviderConfig keyed = provider(BASE, "p", "l", "key-1", Map.of());
        ProviderConfig own = provider(BASE, "p", "l", "key-1", Map.of("authorization", "Bearer x"));
        assertThat(Vertex.needsCredentials(plain)).isTrue();
        assertThat(Vertex.needsCredentials(keyed)).isFalse();
        assertThat(Vertex.needsCredentials(own)).isFalse();
        assertThat(vertex.encode(TestTargets.plain(), new Target(plain, "g")).headers())
                .isEqualTo(Map.of(
                        "Content-Type",
                        "application/json",
                        "Accept",
                        "application/json",
                        "Accept-Encoding",
                        "identity"));
        assertThat(vertex.models(keyed).headers()).isEqualTo(Map.of("x-goog-api-key", "key-1"));
        assertThat(vertex.models(own).headers()).isEmpty();
    }

    @Test
    void the_list_of_models_is_asked_for_health() {
        UpstreamRequest request = vertex.models(provider(BASE + "/v1", "p", "l", null, Map.of()));
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.url()).isEqualTo(BASE + "/v1beta1/publishers/google/models?pageSize=1");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "429, RESOURCE_EXHAUSTED, Quota exceeded., RATE_LIMITED",
                "404, NOT_FOUND, Publisher Model `projects/p/locations/l/publishers/google/models/x` not found., MODEL_GONE",
                "400, INVALID_ARGUMENT, API key not valid. Please pass a valid API key., CREDENTIAL",
                "400, INVALID_ARGUMENT, The input token count (9) exceeds the maximum number of tokens allowed (8)., CONTEXT_LENGTH",
                "400, INVALID_ARGUMENT, Unable to submit request because it has a temperature value of 1000., CALLER_FAULT",
                "401, UNAUTHENTICATED, Request had invalid authentication credentials., CREDENTIAL",
                "403, PERMISSION_DENIED, Your project has been denied access., CREDENTIAL",
                "403, PERMISSION_DENIED, Permission denied on resource., UNSUPPORTED_HERE",
                "403, PERMISSION_DENIED, You do not have permission to access the File abc123 or it may not exist., CALLER_FAULT",
                "403, PERMISSION_DENIED, CachedContent not found (or permission denied), CALLER_FAULT",
                "500, INTERNAL, Internal error., TRANSIENT",
                "503, UNAVAILABLE, The service is currently unavailable., TRANSIENT",
                "504, DEADLINE_EXCEEDED, Deadline expired., TRANSIENT"
            })
    void an_error_has_its_class_within_an_array_too(int status, String word, String message, Outcome outcome) {
        String body =
                "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"status\":\"" + word + "\"}}";
        for (String shape : new String[] {body, "[" + body + "]"}) {
            Failure failure = vertex.classify(status, Headers.NONE, shape.getBytes(UTF_8), Instant.EPOCH);
            assertThat(failure.outcome()).isEqualTo(outcome);
            assertThat(failure.error().message()).startsWith(message.substring(0, 5));
        }
    }

    @Test
    void the_wait_is_read_from_the_body() {
        String body = "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"x\","
                + "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"48s\"}]}}";
        assertThat(vertex.classify(429, Headers.NONE, body.getBytes(UTF_8), Instant.EPOCH)
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(48));
    }
}
