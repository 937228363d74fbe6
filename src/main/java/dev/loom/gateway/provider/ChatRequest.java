package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's chat request: its bytes, untouched, and what routing needs to know of them, read in one pass.
 * Immutable but for the lazily parsed {@link #tree()}; one request is worked on by one thread at a time.
 */
public final class ChatRequest {

    private final byte[] body;
    private final long created;
    private final Map<String, Span> spans;
    private final String model;
    private final boolean stream;
    private final boolean includeUsage;
    private final @Nullable Integer maxTokens;
    private final int promptBytes;
    private @Nullable ObjectNode tree;

    /** Where the value of a top-level key stands in the body: {@code [start, end)}. */
    private record Span(int start, int end) {}

    private ChatRequest(byte[] body, Instant received, Scan scan) {
        this.body = body;
        this.created = received.getEpochSecond();
        this.spans = scan.spans;
        this.model = scan.model;
        this.stream = scan.stream;
        this.includeUsage = scan.includeUsage;
        this.maxTokens = scan.maxTokens;
        this.promptBytes = scan.promptBytes;
    }

    /** Reads a request body whose time of arrival is of no interest. */
    public static ChatRequest parse(byte[] body) throws InvalidRequest {
        return parse(body, Instant.EPOCH);
    }

    /**
     * Reads a request body.
     *
     * @param received when it arrived; the time of an answer whose provider names none
     * @throws InvalidRequest if it is not a JSON object in UTF-8 with a {@code model} and {@code messages}
     */
    public static ChatRequest parse(byte[] body, Instant received) throws InvalidRequest {
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
            return new ChatRequest(body, received, new Scan(parser, body).run());
        } catch (IOException e) {
            throw new InvalidRequest(ApiError.invalidRequest(
                    "The request body is not valid JSON: " + firstLine(e.getMessage()), null, null));
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no details" : message.lines().findFirst().orElse("no details");
    }

    /** When the request arrived, in seconds since 1970; 0 if nobody said. */
    public long created() {
        return created;
    }

    /** The model's name as the client wrote it. */
    public String model() {
        return model;
    }

    public boolean stream() {
        return stream;
    }

    /** True if the client asked for a usage chunk at the end of its stream. */
    public boolean includeUsage() {
        return includeUsage;
    }

    /** {@code max_completion_tokens}, else {@code max_tokens}, else null. */
    public @Nullable Integer maxTokens() {
        return maxTokens;
    }

    /** Length of {@code messages} in bytes, which is what the prompt costs at most to estimate. */
    public int promptBytes() {
        return promptBytes;
    }

    public byte[] body() {
        return body;
    }

    /** The whole body as a tree, parsed when first asked for. Not to be modified. */
    public ObjectNode tree() {
        if (tree == null) {
            try {
                tree = (ObjectNode) Json.MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tree;
    }

    /**
     * The body with some top-level values replaced or added and every other byte as it was.
     *
     * @param replacements key to JSON text
     */
    public byte[] with(Map<String, String> replacements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64);
        int from = 0;
        Map<String, String> missing = new LinkedHashMap<>(replacements);
        for (Map.Entry<String, Span> entry : spans.entrySet()) {
            String replacement = missing.remove(entry.getKey());
            if (replacement != null) {
                out.write(body, from, entry.getValue().start - from);
                out.writeBytes(replacement.getBytes(StandardCharsets.UTF_8));
                from = entry.getValue().end;
            }
        }
        int close = closingBrace();
        out.write(body, from, close - from);
        missing.forEach((key, value) -> out.writeBytes((",\"" + key + "\":" + value).getBytes(StandardCharsets.UTF_8)));
        out.write(body, close, body.length - close);
        return out.toByteArray();
    }

    private int closingBrace() {
        int i = body.length - 1;
        while (body[i] != '}') {
            i--;
        }
        return i;
    }

    /** {@code stream_options} as the client wrote it, or an empty object. */
    public ObjectNode streamOptions() {
        Span span = spans.get("stream_options");
        return span != null
                        && Json.lenient(Arrays.copyOfRange(body, span.start, span.end)) instanceof ObjectNode options
                ? options
                : Json.object();
    }

    /** One pass over the body. */
    private static final class Scan {
        private final JsonParser parser;
        private final byte[] body;
        private final Map<String, Span> spans = new LinkedHashMap<>();
        private String model = "";
        private boolean stream;
        private boolean includeUsage;
        private @Nullable Integer maxTokens;
        private @Nullable Integer maxCompletionTokens;
        private int promptBytes = -1;

        Scan(JsonParser parser, byte[] body) {
            this.parser = parser;
            this.body = body;
        }

        Scan run() throws IOException, InvalidRequest {
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
                spans.put(key, new Span(start, (int) parser.currentLocation().getByteOffset()));
                if (key.equals("messages")) {
                    promptBytes = (int) parser.currentLocation().getByteOffset() - start;
                }
            }
            require(parser.nextToken() == null, "The request body must be one JSON object and nothing after it.", null);
            require(!model.isEmpty(), "You must provide a model parameter.", "model");
            require(promptBytes >= 0, "Missing required parameter: 'messages'.", "messages");
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
                default -> parser.skipChildren();
            }
        }

        private void messages(JsonToken token) throws IOException, InvalidRequest {
            require(token == JsonToken.START_ARRAY, "'messages' must be an array.", "messages");
            int index = 0;
            for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                String place = "messages[" + index + "]";
                require(t == JsonToken.START_OBJECT, "'" + place + "' must be an object.", place);
                parser.skipChildren();
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
            require(
                    token == JsonToken.VALUE_NUMBER_INT
                            && parser.getLongValue() >= 0
                            && parser.getLongValue() <= Integer.MAX_VALUE,
                    "'" + key + "' must be a whole number that is not negative.",
                    key);
            return parser.getIntValue();
        }

        private static void require(boolean condition, String message, @Nullable String param) throws InvalidRequest {
            if (!condition) {
                throw new InvalidRequest(ApiError.invalidRequest(message, param, null));
            }
        }
    }
}
