package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.StreamedErrors;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Told;

/** Errors in Google's shape. */
final class Errors {

    private Errors() {}

    static ObjectNode body(int status, ApiError error) {
        return body(status, word(status), error);
    }

    private static ObjectNode body(int status, String word, ApiError error) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("code", status)
                .put("message", error.message())
                .put("status", word);
        return body;
    }

    /** Google's own words, or else the status that the error would have had as an answer of its own. */
    static ObjectNode inStream(ApiError error) {
        Told told = StreamedErrors.told(error, Told.Language.GOOGLE);
        int status = told == null || told.status() == 0 ? StreamedErrors.status(error) : told.status();
        return body(status, told == null ? word(status) : told.type(), error);
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
