package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a simulated provider answers, as a completion or as the events of a stream. The same to the same request. */
public final class SimulatedAnswer {

    /** As many as OpenAI gives. */
    private static final int MOST_CHOICES = 128;

    /** In all choices together; a stream takes some 200 bytes for each, and half as many for each that it might have been. */
    private static final int MOST_TOKENS = 1 << 15;

    private final String id;
    private final String model;
    private final long created;
    private final Said said;
    private final int choices;
    private final ChatRequest request;
    private final SampleLogprobs logprobs;

    /**
     * Thinks of an answer.
     *
     * @param created seconds since the epoch, as it stands in the answer
     * @throws dev.loom.gateway.provider.UnsupportedRequest if it would be longer than answers are
     */
    public SimulatedAnswer(String provider, ChatRequest request, long number, long created) {
        this.id = "chatcmpl-simulated-" + number;
        this.model = request.model();
        this.created = created;
        this.request = request;
        this.choices =
                Math.max(1, Math.min(MOST_CHOICES, request.tree().path("n").asInt(1)));
        this.logprobs = SampleLogprobs.of(request.tree());
        this.said = Said.to(request, provider, MOST_TOKENS / choices / (1 + logprobs.others()));
    }

    /** Tokens that the answer has; here every word is one. */
    public int tokens() {
        return choices * said.tokens();
    }

    /** The body of an answer that is not streamed. */
    public byte[] completion() {
        ObjectNode body = envelope("chat.completion");
        ArrayNode all = body.putArray("choices");
        for (int i = 0; i < choices; i++) {
            ObjectNode choice = all.addObject().put("index", i);
            choice.set("message", message(i));
            choice.set("logprobs", logprobs(said.pieces()));
            choice.put("finish_reason", said.finishReason());
        }
        body.set("usage", usage());
        return Json.bytes(body);
    }

    /** Of a text; a call of a tool has none. */
    private JsonNode logprobs(List<String> pieces) {
        return said.tool() == null ? logprobs.of(pieces) : NullNode.getInstance();
    }

    private ObjectNode message(int choice) {
        ObjectNode message = Json.object().put("role", "assistant");
        if (!said.thought().isEmpty()) {
            message.put("reasoning_content", String.join("", said.thought()));
        }
        if (said.tool() != null) {
            message.putNull("content").putArray("tool_calls").add(call(choice, said.text()));
        } else {
            message.put("content", said.text());
        }
        return message.putNull("refusal");
    }

    /** The events of a stream: the role, one for each token, the end. The caller paces the ones in between. */
    public List<byte[]> events() {
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < choices; i++) {
            choice(i, events);
        }
        if (request.includeUsage()) {
            ObjectNode last = envelope("chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage());
            events.add(frame(Json.string(last)));
        }
        events.add(frame("[DONE]"));
        return events;
    }

    private void choice(int index, List<byte[]> events) {
        ObjectNode begin = Json.object().put("role", "assistant").put("content", "");
        if (said.tool() != null) {
            begin.putNull("content").putArray("tool_calls").add(call(index, "").put("index", 0));
        }
        if (said.thought().isEmpty()) {
            events.add(event(index, begin, null));
        } else {
            events.add(event(index, Json.object().put("role", "assistant"), null));
            said.thought()
                    .forEach(word -> events.add(event(index, Json.object().put("reasoning_content", word), null)));
            events.add(event(index, begin, null));
        }
        said.pieces().forEach(piece -> events.add(event(index, piece(piece), logprobs(List.of(piece)), null)));
        events.add(event(index, Json.object(), said.finishReason()));
    }

    private ObjectNode piece(String piece) {
        ObjectNode delta = Json.object();
        if (said.tool() == null) {
            return delta.put("content", piece);
        }
        delta.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .putObject("function")
                .put("arguments", piece);
        return delta;
    }

    private ObjectNode call(int choice, String arguments) {
        ObjectNode call = Json.object()
                .put("id", "call_" + id.substring(id.lastIndexOf('-') + 1) + "_" + choice)
                .put("type", "function");
        call.putObject("function").put("name", said.tool()).put("arguments", arguments);
        return call;
    }

    private byte[] event(int index, ObjectNode delta, @Nullable String finishReason) {
        return event(index, delta, NullNode.getInstance(), finishReason);
    }

    private byte[] event(int index, ObjectNode delta, JsonNode likely, @Nullable String finishReason) {
        ObjectNode choice = Json.object().put("index", index);
        choice.set("delta", delta);
        choice.set("logprobs", likely);
        choice.put("finish_reason", finishReason);
        ObjectNode chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices").add(choice);
        return frame(Json.string(chunk));
    }

    private static byte[] frame(String data) {
        return ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode envelope(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model)
                .put("system_fingerprint", "loom-simulator");
    }

    private ObjectNode usage() {
        int prompt = request.promptBytes() / Usage.BYTES_PER_TOKEN;
        ObjectNode usage = Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", tokens())
                .put("total_tokens", prompt + tokens());
        if (!said.thought().isEmpty()) {
            usage.putObject("completion_tokens_details")
                    .put("reasoning_tokens", choices * said.thought().size());
        }
        return usage;
    }
}
