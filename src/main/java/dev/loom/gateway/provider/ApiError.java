package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An error in OpenAI's shape; its four keys are always written.
 *
 * @param details what else the provider said of it, by the keys that follow the four
 * @param told the provider's own words, where it told of the error inside an answer
 */
public record ApiError(
        String message,
        String type,
        @Nullable String param,
        @Nullable String code,
        Map<String, JsonNode> details,
        @Nullable Told told) {

    /** An error of the gateway's, or that a provider told as an answer of its own. */
    public ApiError(
            String message, String type, @Nullable String param, @Nullable String code, Map<String, JsonNode> details) {
        this(message, type, param, code, details, null);
    }

    /** An error without details. */
    public ApiError(String message, String type, @Nullable String param, @Nullable String code) {
        this(message, type, param, code, Map.of());
    }

    public static ApiError invalidRequest(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(message, "invalid_request_error", param, code);
    }

    public static ApiError server(String message, @Nullable String code) {
        return new ApiError(message, "server_error", null, code);
    }

    /**
     * What {@link #toBody} has written.
     *
     * @param error the object under the key {@code error}; keys beside the four are details
     */
    public static ApiError read(JsonNode error) {
        Map<String, JsonNode> details = new LinkedHashMap<>();
        error.properties().forEach(entry -> details.put(entry.getKey(), entry.getValue()));
        List.of("message", "type", "param", "code").forEach(details::remove);
        return new ApiError(
                error.path("message").asText(),
                error.path("type").asText("server_error"),
                error.path("param").textValue(),
                error.path("code").textValue(),
                details);
    }

    /** The same with another field to blame. */
    public ApiError about(String otherMessage, @Nullable String otherParam) {
        return new ApiError(otherMessage, type, otherParam, code, details, told);
    }

    /** The same without details. */
    public ApiError bare() {
        return new ApiError(message, type, param, code);
    }

    /** The same with other words. */
    public ApiError map(UnaryOperator<String> change) {
        Map<String, JsonNode> changed = new LinkedHashMap<>();
        details.forEach((key, detail) -> changed.put(key, ErrorDetails.map(detail, change)));
        return new ApiError(
                change.apply(message),
                type,
                param == null ? null : change.apply(param),
                code == null ? null : change.apply(code),
                changed,
                told == null ? null : told.map(change));
    }

    public ApiError with(Map<String, JsonNode> others) {
        return new ApiError(message, type, param, code, others, told);
    }

    public ApiError told(Told inWords) {
        return new ApiError(message, type, param, code, details, inWords);
    }

    /** The same with type and code as the provider told them, if it told them in OpenAI's form. */
    public ApiError asTold() {
        if (told == null || told.language() != Told.Language.OPENAI || (told.type() + told.code()).isEmpty()) {
            return this;
        }
        return new ApiError(
                message,
                told.type().isEmpty() ? type : told.type(),
                param,
                told.code().isEmpty() ? null : told.code(),
                details,
                told);
    }

    /** The object that stands under the key {@code error}. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        json.setAll(details);
        return json;
    }

    /** A whole response body. */
    public byte[] toBody() {
        return Json.bytes(Json.object().set("error", toJson()));
    }
}
