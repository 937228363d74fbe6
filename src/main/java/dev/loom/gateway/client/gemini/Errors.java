package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;

/** Errors in Google's shape. */
final class Errors {

    private Errors() {}

    static ObjectNode body(int status, ApiError error) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("code", status)
                .put("message", error.message())
                .put("status", word(status));
        return body;
    }

    /** The status that the error would have had as an answer of its own. */
    static ObjectNode inStream(ApiError error) {
        boolean limited = error.type().equals("rate_limit_error");
        return body(limited ? 429 : "timeout".equals(error.code()) ? 504 : 500, error);
    }

    private static String word(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 502, 503, 529 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
    }
}
