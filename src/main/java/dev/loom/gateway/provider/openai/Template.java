package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Recognises the next chunk of a stream by comparing it with the one before, without parsing it. Nearly all chunks of a
 * stream are the same, byte for byte, but for what stands in a few strings: a piece of text or of a tool call's arguments,
 * and padding. What {@link OpenAiStream} does with a chunk does not depend on these, except on whether all texts are
 * empty. So once it has passed on one such chunk as it came, the next ones need no second look, as long as nothing else
 * comes between them.
 */
final class Template {

    enum Match {
        NONE,
        WITHOUT_CONTENT,
        WITH_CONTENT
    }

    /** The text of a string in the learnt chunk: {@code [start, end)}, without the quotes. */
    private record Hole(int start, int end, boolean content) {}

    private static final String DELTA = "/choices/0/delta/";
    private static final String CALLS = "tool_calls";

    /** Against guessing texts by the sizes of packets: OpenAI's and Azure's, and Mistral's. */
    private static final Set<String> PADDING = Set.of("/obfuscation", "/p");

    /** Templates in a row that were learnt in vain; the chunks of such a stream differ in other places. */
    private static final int PATIENCE = 4;

    private static final byte[] NOTHING = {};
    private static final Hole[] NO_HOLES = {};

    private byte[] learnt = NOTHING;
    private Hole[] holes = NO_HOLES;
    private boolean call; // a part of a tool call is content even where it is empty
    private int inVain;
    private int matchedBytes;

    /** Whether a chunk differs from the learnt one in nothing but texts and padding, and whether a text is not empty. */
    Match match(byte[] chunk) {
        int from = 0; // in the learnt chunk
        int at = 0; // in this one
        boolean content = call;
        int bytes = 0;
        for (Hole hole : holes) {
            int start = at + hole.start - from;
            if (start > chunk.length || !Arrays.equals(learnt, from, hole.start, chunk, at, start)) {
                return Match.NONE;
            }
            at = JsonText.end(chunk, start);
            if (at < 0) {
                return Match.NONE;
            }
            from = hole.end;
            content |= hole.content && at > start;
            bytes += hole.content ? at - start : 0;
        }
        if (learnt.length == 0 || !Arrays.equals(learnt, from, learnt.length, chunk, at, chunk.length)) {
            return Match.NONE;
        }
        inVain = 0;
        matchedBytes = bytes;
        return content ? Match.WITH_CONTENT : Match.WITHOUT_CONTENT;
    }

    /** Bytes of content, as JSON writes it, of the chunk that was matched last. */
    int matchedBytes() {
        return matchedBytes;
    }

    /** Until the next one is learnt, nothing matches. */
    void forget() {
        learnt = NOTHING;
        holes = NO_HOLES;
    }

    /**
     * Takes a chunk for the template of those that follow, if it can be one.
     *
     * @param chunk that has just been passed on as it came, because nothing about it had to be repaired
     * @param data of that chunk; kept, and not to be changed
     */
    void learn(ObjectNode chunk, byte[] data) {
        if (inVain >= PATIENCE || !isOrdinary(chunk)) {
            return;
        }
        try {
            holes = holes(data);
            learnt = data;
            call = !chunk.at(DELTA + CALLS).isEmpty();
            inVain++;
        } catch (IOException e) {
            forget(); // a key stands there twice
        }
    }

    /** True if all that the chunk carries is more of one choice, so that a second such chunk would change nothing. */
    private static boolean isOrdinary(ObjectNode chunk) {
        JsonNode choice = chunk.path("choices").path(0);
        return chunk.path("choices").size() == 1
                && choice.path("finish_reason").isNull()
                && choice.path("delta").properties().stream()
                        .allMatch(entry -> isMore(entry.getKey(), entry.getValue()));
    }

    private static boolean isMore(String key, JsonNode value) {
        return value.isNull()
                || (value.isTextual() && Content.TEXTS.contains(key))
                || (key.equals(CALLS) && value.size() == 1 && isMoreOfACall(value.path(0)));
    }

    /** Nothing but arguments; the first ones that are not blank still make a difference to the call, the next do not. */
    private static boolean isMoreOfACall(JsonNode call) {
        JsonNode function = call.path("function");
        return call.size() == 2
                && call.has("index")
                && function.size() == 1
                && !ToolCall.arguments(function).isBlank();
    }

    private static Hole[] holes(byte[] data) throws IOException {
        List<Hole> holes = new ArrayList<>();
        try (JsonParser parser = Json.FACTORY.createParser(data)) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    boolean content = path.startsWith(DELTA);
                    if (content || PADDING.contains(path)) {
                        int start = (int) parser.currentTokenLocation().getByteOffset() + 1;
                        parser.finishToken(); // strings are read lazily; only then does the location stand behind them
                        holes.add(new Hole(start, (int) parser.currentLocation().getByteOffset() - 1, content));
                    }
                }
            }
        }
        return holes.toArray(Hole[]::new);
    }
}
