package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Told;
import dev.loom.gateway.provider.errors.Classifier;
import java.time.Instant;
import java.util.Map;

/** Anthropic's errors, as answers and as events of a stream. */
final class Errors {

    /** The status that an error of a type has as an answer of its own. */
    private static final Map<String, Integer> STATUS = Map.ofEntries(
            Map.entry("invalid_request_error", 400),
            Map.entry("authentication_error", 401),
            Map.entry("billing_error", 402),
            Map.entry("permission_error", 403),
            Map.entry("not_found_error", 404),
            Map.entry("conflict_error", 409),
            Map.entry("request_too_large", 413),
            Map.entry("rate_limit_error", 429),
            Map.entry("timeout_error", 504),
            Map.entry("overloaded_error", 529));

    private static final int UNKNOWN = 500;

    private Errors() {}

    /** What a status other than 2xx means. Never throws. */
    static Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return withRequestId(Classifier.classify(status, headers, body, now), Json.lenient(body));
    }

    /** What an error inside a 2xx answer means; it has the status that its type would have had. Never throws. */
    static Failure inside(byte[] body) {
        JsonNode answer = Json.lenient(body);
        boolean own = answer.path("error").path("type").isTextual(); // Vertex AI tells its own errors in Google's form
        int said = Classifier.statusInside(body);
        int status = STATUS.getOrDefault(answer.path("error").path("type").asText(), said >= 400 ? said : UNKNOWN);
        Failure failure = Classifier.classify(status, Headers.NONE, body, Instant.EPOCH);
        Told told = own
                ? Classifier.told(Told.Language.ANTHROPIC, status, body)
                : Classifier.told(Told.Language.GOOGLE, said, body);
        return withRequestId(failure.with(failure.error().told(told)), answer);
    }

    /** The id is in the body too, which is where it stands inside a stream. */
    private static Failure withRequestId(Failure failure, JsonNode body) {
        JsonNode id = body.path("request_id");
        return failure.requestId() != null || !id.isTextual()
                ? failure
                : new Failure(
                        failure.outcome(),
                        failure.status(),
                        failure.error(),
                        failure.retryAfter(),
                        id.textValue(),
                        failure.timeout());
    }
}
