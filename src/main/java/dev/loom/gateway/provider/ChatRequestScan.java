package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pass over a chat request's body: checks what the gateway relies on and notes where each value stands. */
final class ChatRequestScan {

    /** Where the value of a top-level key stands in the body: {@code [start, end)}. */
    record Span(int start, int end) {

        int length() {
            return end - start;
        }
    }

    /** What a model reads beside the messages. */
    private static final List<String> READ = List.of("tools", "functions", "response_format");

    private final JsonParser parser;
    private final byte[] body;
    final Map<String, Span> spans = new LinkedHashMap<>();
    String model = "";
    boolean stream;
    boolean includeUsage;

    @Nullable
    Integer maxTokens;

    private @Nullable Integer maxCompletionTokens;
    int promptBytes = -1;

    /** Those of {@link Families#watched} that stand anywhere below the top. */
    Set<String> noted = Set.of();

    /** Characters of the longest {@code id} or {@code tool_call_id} in the messages, 0 without any. */
    int longestId;

    ChatRequestScan(JsonParser parser, byte[] body) {
        this.parser = parser;
        this.body = body;
    }

    ChatRequestScan run() throws IOException, InvalidRequest {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            require(body[i] != 0, "The request body must be UTF-8.", null);
        }
        require(parser.nextToken() == JsonToken.START_OBJECT, "The request body must be a JSON object.", null);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            int start = (int) parser.currentTokenLocation().getByteOffset();
            value(key, token);
            parser.finishToken(); // strings are read lazily; only then does the location stand behind them
            Span span = new Span(start, (int) parser.currentLocation().getByteOffset());
            spans.put(key, span);
            if (key.equals("messages")) {
                promptBytes = span.length();
            }
        }
        require(parser.nextToken() == null, "The request body must be one JSON object and nothing after it.", null);
        require(!model.isEmpty(), "You must provide a model parameter.", "model");
        require(promptBytes >= 0, "Missing required parameter: 'messages'.", "messages");
        promptBytes += READ.stream()
                .map(spans::get)
                .filter(Objects::nonNull)
                .mapToInt(Span::length)
                .sum();
        maxTokens = maxCompletionTokens != null ? maxCompletionTokens : maxTokens;
        return this;
    }

    private void value(String key, JsonToken token) throws IOException, InvalidRequest {
        switch (key) {
            case "model" -> {
                require(token == JsonToken.VALUE_STRING, "'model' must be a string.", key);
                model = parser.getText();
                require(!model.isBlank(), "'model' must not be empty.", key);
            }
            case "messages" -> messages(token);
            case "stream" -> stream = bool(key, token);
            case "stream_options" -> streamOptions(token);
            case "max_tokens" -> maxTokens = tokens(key, token);
            case "max_completion_tokens" -> maxCompletionTokens = tokens(key, token);
            default -> pass(token);
        }
    }

    /** Goes to the end of a value. */
    private void pass(JsonToken token) throws IOException {
        int depth = token.isStructStart() ? 1 : 0;
        while (depth > 0) {
            JsonToken next = parser.nextToken();
            if (next == JsonToken.FIELD_NAME) {
                note(parser.currentName());
            } else if (next.isStructStart()) {
                depth++;
            } else if (next.isStructEnd()) {
                depth--;
            } else if (next == JsonToken.VALUE_STRING) {
                measure(parser.currentName());
            }
        }
    }

    private void note(String name) {
        if (Families.watched().contains(name)) {
            noted = noted.isEmpty() ? new HashSet<>() : noted;
            noted.add(name);
        }
    }

    private void measure(@Nullable String name) throws IOException {
        if ("id".equals(name) || "tool_call_id".equals(name)) {
            longestId = Math.max(longestId, parser.getTextLength());
        }
    }

    private void messages(JsonToken token) throws IOException, InvalidRequest {
        require(token == JsonToken.START_ARRAY, "'messages' must be an array.", "messages");
        int index = 0;
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            String place = "messages[" + index + "]";
            require(t == JsonToken.START_OBJECT, "'" + place + "' must be an object.", place);
            pass(t);
            index++;
        }
        require(index > 0, "'messages' must have at least one entry.", "messages");
    }

    private void streamOptions(JsonToken token) throws IOException, InvalidRequest {
        require(
                token == JsonToken.START_OBJECT || token == JsonToken.VALUE_NULL,
                "'stream_options' must be an object.",
                "stream_options");
        while (token == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (key.equals("include_usage")) {
                includeUsage = bool("stream_options.include_usage", value);
            } else {
                parser.skipChildren();
            }
        }
    }

    private boolean bool(String key, JsonToken token) throws InvalidRequest {
        require(
                token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE || token == JsonToken.VALUE_NULL,
                "'" + key + "' must be true or false.",
                key);
        return token == JsonToken.VALUE_TRUE;
    }

    private @Nullable Integer tokens(String key, JsonToken token) throws IOException, InvalidRequest {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        boolean fits = token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT;
        require(fits && parser.getIntValue() >= 0, "'" + key + "' must be a whole number that is not negative.", key);
        return parser.getIntValue();
    }

    private static void require(boolean condition, String message, @Nullable String param) throws InvalidRequest {
        if (!condition) {
            throw new InvalidRequest(ApiError.invalidRequest(message, param, null));
        }
    }
}
