package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Told;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sorts errors of any provider into {@link Outcome}s. Types and codes come from the provider and are trusted at any
 * status. Messages may quote the client's own text, so what could harm others (a cool-down of the provider) follows
 * from words only where a message begins with them.
 */
public final class Classifier {

    private static final List<String> RATE =
            List.of("rate_limit_error", "rate_limit_exceeded", "ratelimitreached", "resource_exhausted", "429");
    private static final List<String> MODEL = List.of(
            "model_not_found",
            "deploymentnotfound",
            "unknown_model",
            "modelnotfound",
            "model_permission_blocked_org",
            "model_permission_blocked_project");
    private static final List<String> CONTEXT =
            List.of("context_length_exceeded", "exceed_context_size_error", "too_many_prompt_tokens");
    private static final Pattern CONTEXT_WORDS = Pattern.compile("prompt is too long|input is too long|maximum context"
            + "|context (?:length|window|size)|maximum number of tokens|too many tokens|token count .{0,40}exceeds");

    /** The status that an error inside a 2xx answer would have had, by its type or its code. */
    private static final Map<String, Integer> STATUS_OF_WORD = Map.ofEntries(
            Map.entry("invalid_request_error", 400),
            Map.entry("badrequesterror", 400),
            Map.entry("notfounderror", 404),
            Map.entry("validation", 422), // text-generation-inference
            Map.entry("invalid_argument", 400),
            Map.entry("content_filter", 400),
            Map.entry("content_policy_violation", 400),
            Map.entry("invalid_prompt", 400),
            Map.entry("authentication_error", 401),
            Map.entry("unauthenticated", 401),
            Map.entry("billing_error", 402),
            Map.entry("permission_error", 403),
            Map.entry("permission_denied", 403),
            Map.entry("not_found_error", 404),
            Map.entry("not_found", 404),
            Map.entry("rate_limit_error", 429),
            Map.entry("resource_exhausted", 429));

    /** Parts of types and codes of a provider that has too much to do, or is not there. */
    private static final List<String> BUSY = List.of("overload", "unavailable", "insufficient_system_resource");

    private Classifier() {}

    /** What a status other than 2xx means. Never throws. */
    public static Failure classify(int status, Headers headers, byte[] body, Instant now) {
        ErrorBody error = ErrorBody.parse(status, body);
        Outcome outcome = outcome(status, error);
        Duration wait = waits(outcome) ? RetryAfter.parse(status, headers, body, now) : null;
        return new Failure(outcome, status, apiError(outcome, status, error), wait, requestId(headers), false);
    }

    /**
     * What an error object inside a 2xx answer or stream means; transient unless it says otherwise.
     *
     * @param body the frame: an object with {@code error}, the error itself, an array of one, or plain text
     */
    public static Failure inside(byte[] body) {
        JsonNode json = Json.lenient(body);
        return inside(json.isMissingNode() ? TextNode.valueOf(new String(body, StandardCharsets.UTF_8)) : json);
    }

    /** The same of JSON that has been read. */
    public static Failure inside(JsonNode body) {
        ErrorBody error = ErrorBody.of(0, body);
        int status = status(error);
        Outcome outcome = outcome(status, error);
        Duration wait = waits(outcome) ? RetryAfter.parse(status, Headers.NONE, body, Instant.EPOCH) : null;
        JsonNode said = ErrorBody.error(body);
        boolean google = said.path("status").isTextual() && !said.hasNonNull("type");
        Told told = told(google ? Told.Language.GOOGLE : Told.Language.OPENAI, status, error);
        return new Failure(outcome, 0, apiError(outcome, status, error).told(told), wait, null, false);
    }

    /** The status that an error inside an answer would have had as an answer of its own; 0 where it does not say. */
    public static int statusInside(byte[] body) {
        return status(ErrorBody.parse(0, body));
    }

    static int statusInside(JsonNode body) {
        return status(ErrorBody.of(0, body));
    }

    private static int status(ErrorBody error) {
        return error.status() >= 400 ? error.status() : statusOf(error.type(), error.code());
    }

    /**
     * The words of an error inside an answer, masked.
     *
     * @param status that it would have had as an answer of its own; 0 where that is not known
     */
    public static Told told(Told.Language language, int status, byte[] body) {
        return told(language, status, ErrorBody.parse(status, body));
    }

    private static Told told(Told.Language language, int status, ErrorBody error) {
        String words = (error.type() + ' ' + error.code()).toLowerCase(Locale.ROOT);
        boolean busy = status == 0 && BUSY.stream().anyMatch(words::contains);
        return new Told(language, busy ? 503 : status, error.type(), error.code());
    }

    private static int statusOf(String type, String code) {
        Integer ofType = STATUS_OF_WORD.get(type.toLowerCase(Locale.ROOT));
        return ofType != null ? ofType : STATUS_OF_WORD.getOrDefault(code.toLowerCase(Locale.ROOT), 0);
    }

    /** Quota and credential have cool-downs of their own, which the moments until a rate limit resets must not cut. */
    private static boolean waits(Outcome outcome) {
        return outcome == Outcome.RATE_LIMITED || outcome == Outcome.TRANSIENT;
    }

    /** The provider's id of the request, for its support. */
    public static @Nullable String requestId(Headers headers) {
        String id = headers.get("x-request-id");
        id = id != null ? id : headers.get("request-id");
        return id != null ? id : headers.get("apim-request-id");
    }

    private static Outcome outcome(int status, ErrorBody error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        if (UsedUp.isSaid(status, error, message)) {
            return Outcome.QUOTA;
        } else if (isModelGone(status, error, message)) {
            return Outcome.MODEL_GONE;
        }
        Outcome denied = Denied.of(status, error);
        if (denied != null) {
            return denied;
        } else if (!UnsupportedHere.isTooLarge(status, error) && (status == 429 || error.says(RATE))) {
            return Outcome.RATE_LIMITED;
        } else if (isContextLength(status, error, message)) {
            return Outcome.CONTEXT_LENGTH;
        } else if (UnsupportedHere.isSaid(status, error)) {
            return Outcome.UNSUPPORTED_HERE;
        }
        return isCallerFault(status) ? Outcome.CALLER_FAULT : Outcome.TRANSIENT;
    }

    /** OpenAI also answers 403 {@code model_not_found} where the project may not use a model. */
    private static boolean isModelGone(int status, ErrorBody error, String message) {
        boolean named = error.says(MODEL) && status != 401 && status < 500;
        return named || (status == 404 && (message.contains("model") || message.contains("deployment")));
    }

    private static boolean isContextLength(int status, ErrorBody error, String message) {
        boolean here = status == 400 || status == 413;
        return (status < 500 && error.says(CONTEXT))
                || (here && CONTEXT_WORDS.matcher(message).find());
    }

    private static boolean isCallerFault(int status) {
        return status >= 400 && status < 500 && status != 408 && status != 409;
    }

    private static ApiError apiError(Outcome outcome, int status, ErrorBody error) {
        String message = error.message();
        ApiError said =
                switch (outcome) {
                    case QUOTA -> new ApiError(message, "insufficient_quota", null, "insufficient_quota");
                    case RATE_LIMITED -> new ApiError(message, rateType(error), null, "rate_limit_exceeded");
                    case CREDENTIAL -> ApiError.invalidRequest(message, null, Refused.code(status, error));
                    case MODEL_GONE -> ApiError.invalidRequest(message, error.param(), "model_not_found");
                    case CONTEXT_LENGTH -> ApiError.invalidRequest(message, error.param(), "context_length_exceeded");
                    case TRANSIENT, SUCCESS, HANG_UP -> ApiError.server(message, code(error));
                    case UNSUPPORTED_HERE, CALLER_FAULT -> ApiError.invalidRequest(message, error.param(), code(error));
                };
        return said.with(error.details());
    }

    private static String rateType(ErrorBody error) {
        return error.type().equals("tokens") ? "tokens" : "requests";
    }

    /** The provider's code, or its type where the code only repeats the status; null where that says nothing new. */
    private static @Nullable String code(ErrorBody error) {
        boolean named = !error.code().isEmpty() && !error.numericCode();
        String code = named ? error.code() : error.type().toLowerCase(Locale.ROOT);
        return code.isEmpty() || code.equals("invalid_request_error") || code.equals("server_error") ? null : code;
    }
}
