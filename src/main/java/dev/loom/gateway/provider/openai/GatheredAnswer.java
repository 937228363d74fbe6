package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.SseParser;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A whole answer put together of a stream's chunks, for a client that asked for none and a provider that sent one. */
public final class GatheredAnswer implements ChunkSink {

    /** Texts that come in pieces; of all else the last word counts. */
    private static final Set<String> PIECES = Set.of(
            "content", "refusal", "reasoning_content", "arguments", "input", "data", "transcript", "text", "summary");

    private final ObjectNode answer = Json.object();
    private final Map<Integer, ObjectNode> choices = new TreeMap<>();
    private final IdentityHashMap<ObjectNode, Map<String, StringBuilder>> texts = new IdentityHashMap<>();
    private final IdentityHashMap<ArrayNode, Map<Integer, ObjectNode>> itemsByIndex = new IdentityHashMap<>();
    private @Nullable Failure failure;

    private GatheredAnswer() {}

    /**
     * Reads a stream to its end.
     *
     * @param request of a client that wants a whole answer
     * @throws UnreadableAnswer if the stream fails or is not complete
     */
    public static Completion read(byte[] stream, ChatRequest request, Dialect dialect, Target target)
            throws UnreadableAnswer {
        GatheredAnswer gathered = new GatheredAnswer();
        ChunkDecoder decoder = dialect.stream(request.asStream(), target);
        SseParser parser = new SseParser(new SseParser.Listener() {
            @Override
            public void event(ServerSentEvent event) {
                decoder.accept(event, gathered);
            }

            @Override
            public void comment() {}
        });
        parser.feed(stream, 0, stream.length);
        parser.end();
        decoder.end(gathered);
        Completion answer = gathered.completion(request, target);
        return answer.usage() == null ? new Completion(answer.body(), decoder.usage()) : answer;
    }

    private Completion completion(ChatRequest request, Target target) throws UnreadableAnswer {
        if (failure != null) {
            throw new UnreadableAnswer(failure);
        }
        texts.forEach((object, pieces) -> pieces.forEach((key, text) -> object.put(key, text.toString())));
        ArrayNode all = answer.putArray("choices");
        choices.values().forEach(all::add);
        answer.remove("object");
        return new OpenAiCompletion(request, target.model()).read(Json.bytes(answer));
    }

    @Override
    public void chunk(byte[] data, boolean content) {
        ObjectNode chunk = (ObjectNode) Json.lenient(data);
        JsonNode entries = chunk.remove("choices");
        merge(chunk, answer);
        for (JsonNode entry : entries) {
            ObjectNode part = (ObjectNode) entry;
            JsonNode delta = part.remove("delta");
            ObjectNode choice = choices.computeIfAbsent(part.path("index").asInt(), index -> Json.object());
            merge(part, choice);
            merge(delta, choice.withObject("/message"));
        }
    }

    private void merge(JsonNode from, ObjectNode into) {
        from.properties().forEach(field -> merge(field.getKey(), field.getValue(), into));
    }

    private void merge(String key, JsonNode value, ObjectNode into) {
        JsonNode before = into.path(key);
        if (value.isNull()) {
            into.putIfAbsent(key, value);
        } else if (value.isTextual() && before.isTextual() && PIECES.contains(key)) {
            append(key, value.textValue(), into);
        } else if (value.isObject() && before instanceof ObjectNode object) {
            merge(value, object);
        } else if (value.isArray() && before instanceof ArrayNode array) {
            value.forEach(item -> merge(item, array));
        } else if (value.isArray()) {
            ArrayNode array = into.putArray(key);
            value.forEach(item -> merge(item, array));
        } else {
            into.set(key, value);
        }
    }

    /** Put together at the end: each piece would copy all before it. */
    private void append(String key, String piece, ObjectNode into) {
        texts.computeIfAbsent(into, object -> new HashMap<>())
                .computeIfAbsent(key, first -> new StringBuilder(into.path(key).textValue()))
                .append(piece);
    }

    /** An item with an index is more of the one that has the same; any other is one more. */
    private void merge(JsonNode item, ArrayNode into) {
        if (!(item instanceof ObjectNode object && item.path("index").isInt())) {
            into.add(item);
            return;
        }
        Map<Integer, ObjectNode> known = itemsByIndex.computeIfAbsent(into, GatheredAnswer::byIndex);
        ObjectNode present = known.putIfAbsent(item.path("index").intValue(), object);
        if (present == null) {
            into.add(item);
        } else {
            merge(item, present);
        }
    }

    private static Map<Integer, ObjectNode> byIndex(ArrayNode items) {
        Map<Integer, ObjectNode> known = new HashMap<>();
        for (JsonNode item : items) {
            if (item instanceof ObjectNode object && item.path("index").isInt()) {
                known.putIfAbsent(item.path("index").intValue(), object);
            }
        }
        return known;
    }

    @Override
    public void keepAlive() {}

    @Override
    public void failed(Failure reported) {
        failure = reported;
    }

    @Override
    public void done() {}
}
