package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ErrorDetails;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an error body says, whatever its shape: OpenAI's and Anthropic's objects, Google's with {@code status} and
 * {@code details}, the same within an array, an error that is a string, a number or a list, what stands beside it, a number as code, plain
 * text, HTML or nothing.
 *
 * @param message masked, and short enough to be shown
 * @param type the provider's, else Google's {@code status}; empty where there is none
 * @param code empty where there is none; numbers as text
 * @param status the HTTP status that the error names as its code or beside it; 0 where it names none
 * @param param the field of the request that is wrong, as the provider calls it; null where it names none
 * @param reason of Google's or Anthropic's details, empty where there is none
 * @param mute it says nothing that can be read
 * @param details for the client
 */
record ErrorBody(
        String message,
        String type,
        String code,
        int status,
        @Nullable String param,
        String reason,
        boolean mute,
        Map<String, JsonNode> details) {

    /** That something is an error is no type of it. */
    private static final Set<String> NO_TYPES = Set.of("error", "failed");

    private static final List<String> STATUSES =
            List.of("code", "status", "statusCode", "status_code", "http_status_code", "error");

    /** MiniMax's codes, and what others say with a status. */
    private static final Map<Integer, Integer> OF_MINIMAX =
            Map.of(1002, 429, 1004, 401, 1008, 402, 1026, 400, 1027, 400, 2013, 400);

    private static final int LONGEST_MESSAGE = 4_000;
    private static final int LONGEST_TEXT = 300;
    private static final int LONGEST_WORD = 100;

    static ErrorBody parse(int status, byte[] body) {
        JsonNode json = Json.lenient(body);
        return json.isMissingNode() ? ofText(status, body) : of(status, json);
    }

    static ErrorBody of(int status, JsonNode body) {
        JsonNode error = error(body);
        String text = ErrorText.of(error);
        String type = type(error, text);
        String code = word(error, "code", "statusCode", "error_code");
        String param = ErrorText.param(error);
        String reason = reason(error);
        return new ErrorBody(
                shown(text, status, LONGEST_MESSAGE),
                type,
                code,
                status(body),
                param == null ? null : cut(Redaction.mask(param), LONGEST_WORD),
                reason,
                (text + type + code + reason).isBlank(),
                ErrorDetails.of(error));
    }

    /** The node that carries message, type and code: the object under {@code error}, or the body itself. */
    static JsonNode error(JsonNode body) {
        JsonNode first = body.isArray() ? body.path(0) : body;
        return first.path("error").isObject() ? first.path("error") : first;
    }

    /** What is called so, or the word under {@code error} where the message stands beside it. */
    private static String type(JsonNode error, String text) {
        String type = word(error, "type", "error_type", "status");
        if (!type.isEmpty() && !NO_TYPES.contains(type) && !isStatus(type)) {
            return type;
        }
        JsonNode named = error.path("error");
        return named.isTextual() && !text.equals(named.textValue()) ? word(error, "error") : "";
    }

    /** The first number that can be one, in the error, beside it, or in the first of several. */
    private static int status(JsonNode body) {
        JsonNode first = body.isArray() ? body.path(0) : body;
        JsonNode several = first.path("errors").path(0);
        for (JsonNode place : List.of(first.path("error"), first.path("detail"), first, several)) {
            for (String key : STATUSES) {
                String status = place.path(key).asText().strip();
                if (isStatus(status)) {
                    return Integer.parseInt(status);
                }
            }
        }
        return OF_MINIMAX.getOrDefault(
                first.path("base_resp").path("status_code").asInt(), 0);
    }

    private static ErrorBody ofText(int status, byte[] body) {
        String text = new String(body, 0, Math.min(body.length, LONGEST_MESSAGE), StandardCharsets.UTF_8).strip();
        boolean readable = text.length() <= LONGEST_TEXT
                && !text.startsWith("<")
                && text.chars().allMatch(ErrorBody::printable);
        return new ErrorBody(
                shown(readable ? text : "", status, LONGEST_TEXT),
                "",
                "",
                0,
                null,
                "",
                !readable || text.isEmpty(),
                Map.of());
    }

    private static boolean printable(int c) {
        return (c >= ' ' && c != '\uFFFD' && c != 0x7F) || c == '\n' || c == '\r' || c == '\t';
    }

    private static String shown(String message, int status, int longest) {
        if (message.isBlank()) {
            return status == 0
                    ? "The provider reported an error without saying which."
                    : "The provider answered with status " + status + " and no readable message.";
        }
        return cut(Redaction.mask(cut(message, 4 * LONGEST_MESSAGE)), longest);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    private static String word(JsonNode error, String... keys) {
        String key = Stream.of(keys).filter(error::hasNonNull).findFirst().orElse("");
        JsonNode value = error.path(key);
        boolean isWord = value.isTextual() || value.isNumber();
        return isWord ? cut(Redaction.mask(value.asText().strip()), LONGEST_WORD) : "";
    }

    private static String reason(JsonNode error) {
        String reason = error.path("details").path("error_code").asText("");
        for (JsonNode detail : error.path("details")) {
            reason = detail.path("reason").asText(reason);
        }
        return reason;
    }

    /** True if type, code or reason is one of the words; these come from the provider, never from the client. */
    boolean says(List<String> words) {
        return words.contains(type.toLowerCase(Locale.ROOT))
                || words.contains(code.toLowerCase(Locale.ROOT))
                || words.contains(reason.toLowerCase(Locale.ROOT));
    }

    /** vLLM's and SGLang's, who call so whatever the template of a chat says, which may be a client's. */
    boolean isOfTemplate() {
        return type.equals("BadRequestError");
    }

    /** The code is a number, and nothing but the status once more. */
    boolean numericCode() {
        return isStatus(code);
    }

    private static boolean isStatus(String text) {
        return text.matches("[1-5]\\d\\d");
    }
}
