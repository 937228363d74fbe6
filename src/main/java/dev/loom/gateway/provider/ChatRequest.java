package dev.loom.gateway.provider;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's chat request: its bytes, untouched, and what routing needs to know of them, read in one pass.
 * Immutable but for the lazily parsed {@link #tree()}; one request is worked on by one thread at a time. Long, because every
 * dialect and the router ask it their questions, a method of a few lines each.
 */
public final class ChatRequest implements ApiRequest {

    private final byte[] body;
    private final long created;
    private final Map<String, ChatRequestScan.Span> spans;
    private final String model;
    private final boolean stream;
    private final boolean includeUsage;
    private final @Nullable Integer maxTokens;
    private final int promptBytes;
    private final Set<String> noted;
    private final int longestId;
    private @Nullable ObjectNode tree;

    private ChatRequest(byte[] body, Instant received, ChatRequestScan scan) {
        this.body = body;
        this.created = received.getEpochSecond();
        this.spans = scan.spans;
        this.model = scan.model;
        this.stream = scan.stream;
        this.includeUsage = scan.includeUsage;
        this.maxTokens = scan.maxTokens;
        this.promptBytes = scan.promptBytes;
        this.noted = scan.noted;
        this.longestId = scan.longestId;
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
            return new ChatRequest(body, received, new ChatRequestScan(parser, body).run());
        } catch (IOException e) {
            throw InvalidRequest.notJson(e);
        }
    }

    @Override
    public String surface() {
        return "chat";
    }

    @Override
    public ChatRequest reread(byte[] otherBody) throws InvalidRequest {
        return parse(otherBody, Instant.ofEpochSecond(created));
    }

    @Override
    public byte[] bodyFor(String otherModel) {
        return with(Map.of("model", TextNode.valueOf(otherModel).toString()));
    }

    /** When the request arrived, in seconds since 1970; 0 if nobody said. */
    public long created() {
        return created;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public boolean stream() {
        return stream;
    }

    /** True if the client asked for a usage chunk at the end of its stream. */
    public boolean includeUsage() {
        return includeUsage;
    }

    /** {@code max_completion_tokens}, else {@code max_tokens}, else null. */
    @Override
    public @Nullable Integer maxTokens() {
        return maxTokens;
    }

    @Override
    public @Nullable String user() {
        ChatRequestScan.Span span = spans.get("user");
        return span == null
                ? null
                : Json.lenient(Arrays.copyOfRange(body, span.start(), span.end()))
                        .textValue();
    }

    /** Length of {@code messages} in bytes. */
    @Override
    public int promptBytes() {
        return promptBytes;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public UpstreamRequest encode(Dialect dialect, Target target) {
        return Shaping.of(this, target).apply(dialect.encode(this, target));
    }

    @Override
    public Completion decode(byte[] answer, Dialect dialect, Target target) throws UnreadableAnswer {
        return dialect.decode(answer, this, target);
    }

    /** The same request for a stream that ends with its usage. */
    public ChatRequest asStream() {
        try {
            byte[] changed = with(Map.of("stream", "true", "stream_options", "{\"include_usage\":true}"));
            return parse(changed, Instant.ofEpochSecond(created));
        } catch (InvalidRequest e) {
            throw new IllegalStateException(e); // it was valid before
        }
    }

    /** The whole body as a tree, parsed when first asked for. Not to be modified. */
    @JsonValue
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
        Pieces out = new Pieces();
        int from = 0;
        Map<String, String> missing = new LinkedHashMap<>(replacements);
        for (Map.Entry<String, ChatRequestScan.Span> entry : spans.entrySet()) {
            String replacement = missing.remove(entry.getKey());
            if (replacement != null) {
                out.add(body, from, entry.getValue().start());
                out.add(replacement);
                from = entry.getValue().end();
            }
        }
        int close = closingBrace();
        out.add(body, from, close);
        missing.forEach((key, value) -> out.add(",\"" + key + "\":" + value));
        out.add(body, close, body.length);
        return out.joined();
    }

    /**
     * The body without one top-level key, and with some values replaced; every other value is as it was, byte for byte.
     *
     * @param replacements key to JSON text; keys that are missing are not added
     */
    public byte[] without(String key, Map<String, String> replacements) {
        Pieces out = new Pieces();
        String separator = "{";
        for (Map.Entry<String, ChatRequestScan.Span> entry : spans.entrySet()) {
            if (!entry.getKey().equals(key)) {
                out.add(separator + Json.string(TextNode.valueOf(entry.getKey())) + ":");
                write(entry.getValue(), replacements.get(entry.getKey()), out);
                separator = ",";
            }
        }
        out.add("}");
        return out.joined();
    }

    private void write(ChatRequestScan.Span span, @Nullable String replacement, Pieces out) {
        if (replacement != null) {
            out.add(replacement);
        } else {
            out.add(body, span.start(), span.end());
        }
    }

    private int closingBrace() {
        int i = body.length - 1;
        while (body[i] != '}') {
            i--;
        }
        return i;
    }

    /** True if the body has this key at its top. */
    public boolean has(String key) {
        return spans.containsKey(key);
    }

    /** False if there is certainly nothing in the body where the path leads. */
    boolean mayHave(JsonPath path) {
        String name = path.last();
        boolean below = path.steps().size() > 1 && Families.watched().contains(name);
        return path.first().equals("*") || (has(path.first()) && (!below || noted.contains(name)));
    }

    /** Which of the fields that other providers' answers leave in a conversation it carries. */
    public Set<String> traces() {
        return noted;
    }

    /** Characters of the longest id in the messages, 0 without any. */
    int longestId() {
        return longestId;
    }

    /** {@code stream_options} as the client wrote it, or an empty object. */
    public ObjectNode streamOptions() {
        ChatRequestScan.Span span = spans.get("stream_options");
        return span != null
                        && Json.lenient(Arrays.copyOfRange(body, span.start(), span.end()))
                                instanceof ObjectNode options
                ? options
                : Json.object();
    }
}
