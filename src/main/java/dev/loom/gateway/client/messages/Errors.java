package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.StreamedErrors;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Told;
import java.util.Map;

/** Errors in Anthropic's shape. */
final class Errors {

    private Errors() {}

    static ErrorAnswer answer(int status, ApiError error, ObjectNode more, String requestId) {
        ObjectNode body = body(type(status), error, requestId);
        ((ObjectNode) body.path("error")).setAll(more);
        return new ErrorAnswer(
                status, Map.of("Content-Type", "application/json", "request-id", requestId), Json.bytes(body));
    }

    /** The data of an event in a stream. */
    static ObjectNode inStream(ApiError error, String requestId) {
        Told told = StreamedErrors.told(error, Told.Language.ANTHROPIC);
        return body(told == null ? type(StreamedErrors.status(error)) : told.type(), error, requestId);
    }

    private static ObjectNode body(String type, ApiError error, String requestId) {
        ObjectNode body = Json.object().put("type", "error");
        body.putObject("error").put("type", type).put("message", error.message());
        return body.put("request_id", requestId);
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 503, 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
