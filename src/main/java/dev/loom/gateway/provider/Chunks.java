package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one answer in OpenAI's shape, for providers that speak another language. All of them carry the
 * same id, time and model, as the official SDKs demand. What a chunk says is a delta, made by the static methods.
 */
public final class Chunks {

    private final String id;
    private final long created;
    private final String model;
    private long contentBytes;

    /**
     * @param created seconds since 1970
     * @param model as the provider names it
     */
    public Chunks(String id, long created, String model) {
        this.id = id;
        this.created = created;
        this.model = model;
    }

    /** Bytes of {@link ContentSize content} that were written so far. */
    public long contentBytes() {
        return contentBytes;
    }

    /** A chunk in the middle of a choice. */
    public byte[] delta(int choice, ObjectNode delta) {
        contentBytes += ContentSize.of(delta);
        return chunk(choice, delta);
    }

    /**
     * The last chunk of a choice.
     *
     * @param reason stop, length, tool_calls or content_filter; clients accept no other
     * @param more puts into the choice what the reason does not tell
     */
    public byte[] finish(int choice, String reason, Consumer<ObjectNode> more) {
        ObjectNode end = choice(choice, Json.object(), reason);
        more.accept(end);
        return Json.bytes(envelope(Json.array().add(end)));
    }

    /** The chunk after all choices, for a client that asked for usage. */
    public byte[] usage(UsageDetails usage) {
        return usage(usage.toJson());
    }

    /** The same, where the usage is in OpenAI's shape already. */
    public byte[] usage(JsonNode usage) {
        ObjectNode chunk = envelope(Json.array());
        chunk.set("usage", usage);
        return Json.bytes(chunk);
    }

    private byte[] chunk(int index, ObjectNode delta) {
        return Json.bytes(envelope(Json.array().add(choice(index, delta, null))));
    }

    private static ObjectNode choice(int index, ObjectNode delta, @Nullable String finishReason) {
        ObjectNode choice = Json.object().put("index", index);
        choice.set("delta", delta);
        return choice.putNull("logprobs").put("finish_reason", finishReason);
    }

    private ObjectNode envelope(ArrayNode choices) {
        ObjectNode chunk = Json.object()
                .put("id", id)
                .put("object", "chat.completion.chunk")
                .put("created", created)
                .put("model", model);
        chunk.set("choices", choices);
        return chunk;
    }

    /** The first delta of every choice. */
    public static ObjectNode role() {
        return Json.object().put("role", "assistant").put("content", "");
    }

    public static ObjectNode text(String text) {
        return Json.object().put("content", text);
    }

    public static ObjectNode reasoning(String text) {
        return Json.object().put("reasoning_content", text);
    }

    public static ObjectNode refusal(String text) {
        return Json.object().put("refusal", text);
    }

    /**
     * The first delta of a tool call, the only one with its id and name: clients append what they are sent twice.
     *
     * @param index of the call among the calls of its choice, from 0
     * @param arguments JSON, or as much of it as is known
     */
    public static ObjectNode toolCall(int index, String id, String name, String arguments) {
        ObjectNode call = Json.object().put("index", index).put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        return toolCalls(call);
    }

    /** More of a tool call's arguments. */
    public static ObjectNode arguments(int index, String more) {
        ObjectNode call = Json.object().put("index", index);
        call.putObject("function").put("arguments", more);
        return toolCalls(call);
    }

    private static ObjectNode toolCalls(ObjectNode call) {
        ObjectNode delta = Json.object();
        delta.putArray("tool_calls").add(call);
        return delta;
    }
}
