package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Repair;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

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
        Completion read = new OpenAiCompletion(request, request.model()).read(completion);
        return new WholeAnswer(request, Json.lenient(read.body()));
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

    /** All events of the stream, ready to be sent, the end included. */
    public byte[] stream() {
        Events events = new Events();
        Chunks chunks = new Chunks(
                completion.path("id").asText(),
                completion.path("created").asLong(),
                completion.path("model").asText());
        for (JsonNode choice : completion.path("choices")) {
            int index = choice.path("index").asInt();
            JsonNode message = choice.path("message");
            events.add(chunks.delta(index, Chunks.role()));
            say(message, delta -> events.add(chunks.delta(index, delta)));
            events.add(chunks.finish(index, choice.path("finish_reason").asText()));
        }
        if (request.includeUsage() && completion.has("usage")) {
            events.add(chunks.usage(completion.path("usage")));
        }
        events.add("[DONE]".getBytes(StandardCharsets.UTF_8));
        return events.toByteArray();
    }

    private static void say(JsonNode message, Consumer<ObjectNode> sink) {
        if (Repair.hasText(message, "reasoning_content")) {
            sink.accept(Chunks.reasoning(message.path("reasoning_content").asText()));
        }
        if (Repair.hasText(message, "content")) {
            sink.accept(Chunks.text(message.path("content").asText()));
        }
        if (Repair.hasText(message, "refusal")) {
            sink.accept(Chunks.refusal(message.path("refusal").asText()));
        }
        int number = 0;
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            sink.accept(Chunks.toolCall(
                    number++,
                    call.path("id").asText(),
                    function.path("name").asText(),
                    function.path("arguments").asText()));
        }
    }

    /** Server-sent events, one after another. */
    private static final class Events extends ByteArrayOutputStream {

        void add(byte[] data) {
            writeBytes("data: ".getBytes(StandardCharsets.UTF_8));
            writeBytes(data);
            writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
