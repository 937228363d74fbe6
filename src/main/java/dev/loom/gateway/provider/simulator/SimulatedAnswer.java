package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a simulated provider says: an honest sentence about itself, as a completion or as the events of a stream. */
public final class SimulatedAnswer {

    private final String id;
    private final String model;
    private final long created;
    private final List<String> words;
    private final boolean cut;
    private final ChatRequest request;

    /** @param created seconds since the epoch, as it stands in the answer */
    public SimulatedAnswer(String provider, ChatRequest request, long number, long created) {
        this.id = "chatcmpl-simulated-" + number;
        this.model = request.model();
        this.created = created;
        this.request = request;
        List<String> all = words(provider, request);
        Integer bound = request.maxTokens();
        this.cut = bound != null && bound < all.size();
        this.words = cut && bound != null ? all.subList(0, bound) : all;
    }

    private static List<String> words(String provider, ChatRequest request) {
        String text = "This is a simulated answer from provider '" + provider + "': no model was called. You asked "
                + request.model() + ": " + lastUserText(request);
        List<String> words = new ArrayList<>();
        for (String word : text.split("(?<= )", -1)) {
            words.add(word);
        }
        return words;
    }

    private static String lastUserText(ChatRequest request) {
        String text = "";
        for (JsonNode message : request.tree().path("messages")) {
            JsonNode content = message.path("content");
            text = message.path("role").asText().equals("user") && content.isTextual() ? content.textValue() : text;
        }
        return text;
    }

    /** Tokens that the answer has; here every word is one. */
    public int tokens() {
        return words.size();
    }

    /** The body of an answer that is not streamed. */
    public byte[] completion() {
        ObjectNode message = Json.object()
                .put("role", "assistant")
                .put("content", String.join("", words))
                .putNull("refusal");
        ObjectNode choice = Json.object().put("index", 0);
        choice.set("message", message);
        choice.putNull("logprobs").put("finish_reason", finishReason());
        ObjectNode body = envelope("chat.completion");
        body.putArray("choices").add(choice);
        body.set("usage", usage());
        return Json.bytes(body);
    }

    /** The events of a stream: the role, one for each token, the end. The caller paces the ones in between. */
    public List<byte[]> events() {
        List<byte[]> events = new ArrayList<>();
        events.add(event(Json.object().put("role", "assistant").put("content", ""), null));
        words.forEach(word -> events.add(event(Json.object().put("content", word), null)));
        events.add(event(Json.object(), finishReason()));
        if (request.includeUsage()) {
            ObjectNode last = envelope("chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage());
            events.add(frame(Json.string(last)));
        }
        events.add(frame("[DONE]"));
        return events;
    }

    private byte[] event(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode choice = Json.object().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
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

    private String finishReason() {
        return cut ? "length" : "stop";
    }

    private ObjectNode usage() {
        int prompt = request.promptBytes() / Usage.BYTES_PER_TOKEN;
        return Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", words.size())
                .put("total_tokens", prompt + words.size());
    }
}
