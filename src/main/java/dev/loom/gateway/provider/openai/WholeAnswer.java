package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An answer that is there as a whole before the client gets its first byte, as a completion or as a stream. */
public final class WholeAnswer {

    private final ChatRequest request;
    private final JsonNode completion;

    private WholeAnswer(ChatRequest request, JsonNode completion) {
        this.request = request;
        this.completion = completion;
    }

    /**
     * An answer to the request.
     *
     * @param said a text, or a whole completion as JSON, of which what is missing is filled in
     * @throws UnreadableAnswer if it is JSON with choices but no completion
     */
    public static WholeAnswer of(ChatRequest request, String said) throws UnreadableAnswer {
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        boolean whole =
                said.startsWith("{") && Json.lenient(bytes).path("choices").isArray();
        byte[] completion = whole ? bytes : Json.bytes(saying(said));
        return of(request, new OpenAiCompletion(request, request.model()).read(completion));
    }

    /** A provider's answer, which a dialect has brought to OpenAI's shape. */
    public static WholeAnswer of(ChatRequest request, Completion completion) {
        return new WholeAnswer(request, Json.lenient(completion.body()));
    }

    /** OpenAI's decoder fills in the rest. */
    private static ObjectNode saying(String text) {
        ObjectNode answer = Json.object();
        answer.putArray("choices").addObject().putObject("message").put("content", text);
        return answer;
    }

    /** The body for a client that asked for no stream. */
    public byte[] completion() {
        return Json.bytes(completion);
    }

    /** All events of the stream, ready to be sent, the end included; usage if the client asked for it. */
    public byte[] stream() {
        return stream(request.includeUsage());
    }

    /** The same, with usage or without, whatever the client asked for. */
    public byte[] stream(boolean withUsage) {
        Events events = new Events();
        events.add(chunk(true));
        events.add(chunk(false));
        if (withUsage && completion.path("usage").isObject()) {
            ObjectNode usage = envelope(Json.array());
            usage.set("usage", completion.path("usage"));
            events.add(usage);
        }
        events.add("[DONE]".getBytes(StandardCharsets.UTF_8));
        return events.toByteArray();
    }

    /** One chunk says everything, another that it has ended. */
    private ObjectNode chunk(boolean says) {
        ArrayNode choices = Json.array();
        for (JsonNode choice : completion.path("choices")) {
            choices.add(says ? content((ObjectNode) choice) : end(choice));
        }
        ObjectNode chunk = envelope(choices);
        if (says) {
            completion.properties().forEach(field -> chunk.putIfAbsent(field.getKey(), field.getValue()));
            chunk.remove("usage");
        }
        return chunk;
    }

    private static ObjectNode content(ObjectNode choice) {
        ObjectNode part = choice.deepCopy();
        JsonNode message = part.remove("message");
        int number = 0;
        for (JsonNode call : message.path("tool_calls")) {
            ((ObjectNode) call).put("index", number++);
        }
        part.set("delta", message);
        return part.putNull("finish_reason");
    }

    private static ObjectNode end(JsonNode choice) {
        ObjectNode part = Json.object().put("index", choice.path("index").asInt());
        part.putObject("delta");
        part.putNull("logprobs");
        part.set("finish_reason", choice.path("finish_reason"));
        FinishReasons.copy(choice, part);
        return part;
    }

    private ObjectNode envelope(ArrayNode choices) {
        ObjectNode chunk = Json.object();
        chunk.set("id", completion.path("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", completion.path("created"));
        chunk.set("model", completion.path("model"));
        chunk.set("choices", choices);
        return chunk;
    }

    /** Server-sent events, one after another. */
    private static final class Events extends ByteArrayOutputStream {

        void add(ObjectNode chunk) {
            add(Json.bytes(chunk));
        }

        void add(byte[] data) {
            writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
            writeBytes(data);
            writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
