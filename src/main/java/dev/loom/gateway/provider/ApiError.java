package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** An error in OpenAI's shape; all four keys are always written. */
public record ApiError(String message, String type, @Nullable String param, @Nullable String code) {

    public static ApiError invalidRequest(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(message, "invalid_request_error", param, code);
    }

    public static ApiError server(String message, @Nullable String code) {
        return new ApiError(message, "server_error", null, code);
    }

    /** The object that stands under the key {@code error}. */
    public ObjectNode toJson() {
        return Json.object()
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
    }

    /** A whole response body. */
    public byte[] toBody() {
        return Json.bytes(Json.object().set("error", toJson()));
    }
}
