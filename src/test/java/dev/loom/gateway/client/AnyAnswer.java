package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Made-up answers of the hub, and the streams that say the same. */
public final class AnyAnswer {

    private static final List<String> WORDS = List.of(
            "Hi",
            " there",
            "\n\n",
            "\u00e9\u6f22",
            "\ud83d\ude00",
            "\"quoted\"",
            "\\",
            "{}",
            "data: x",
            "</think>",
            " ");
    private static final List<String> REASONS = List.of("stop", "length", "content_filter");

    private final SplittableRandom random;

    public AnyAnswer(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A whole completion of one choice, with usage. */
    public ObjectNode completion() {
        ObjectNode message = Json.object().put("role", "assistant");
        message.put("content", random.nextInt(4) == 0 ? null : text());
        message.putNull("refusal");
        reasoning(message);
        int calls = random.nextInt(3);
        for (int i = 0; i < calls; i++) {
            message.withArray("tool_calls").add(call(i));
        }
        if (calls == 0 && random.nextInt(5) == 0) {
            message.put("refusal", text());
        }
        if (random.nextInt(6) == 0) {
            message.withArray("images").add(image()).add(image());
        }
        ObjectNode completion = envelope("chat.completion");
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        choice.putNull("logprobs").put("finish_reason", calls > 0 ? "tool_calls" : any(REASONS));
        completion.set("usage", usage());
        return completion;
    }

    private void reasoning(ObjectNode message) {
        int kind = random.nextInt(4);
        if (kind > 0) {
            message.put("reasoning_content", text());
        }
        if (kind > 1) {
            ObjectNode signed = Json.object().put("type", "thinking");
            signed.set("thinking", message.path("reasoning_content"));
            message.withArray("thinking_blocks").add(signed.put("signature", "c2lnbmF0dXJl"));
        }
        if (kind > 2) {
            message.withArray("thinking_blocks")
                    .addObject()
                    .put("type", "redacted_thinking")
                    .put("data", "aGlkZGVu");
        }
    }

    private ObjectNode image() {
        ObjectNode image = Json.object().put("type", "image_url");
        String data = Integer.toString(1000 + random.nextInt(9000));
        image.putObject("image_url").put("url", "data:image/png;base64," + data);
        return image;
    }

    private ObjectNode call(int number) {
        ObjectNode arguments = Json.object();
        for (int i = random.nextInt(3); i > 0; i--) {
            arguments.put("key" + i, text());
        }
        ObjectNode call = Json.object().put("id", "call_" + number).put("type", "function");
        call.putObject("function").put("name", "tool_" + number).put("arguments", Json.string(arguments));
        if (random.nextInt(4) == 0) {
            call.putObject("extra_content").putObject("google").put("thought_signature", "c2ln");
        }
        return call;
    }

    private ObjectNode usage() {
        ObjectNode usage = Json.object()
                .put("prompt_tokens", 100 + random.nextInt(100))
                .put("completion_tokens", 50 + random.nextInt(50));
        usage.put(
                "total_tokens",
                usage.path("prompt_tokens").asInt()
                        + usage.path("completion_tokens").asInt());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", random.nextInt(50))
                .put("cache_write_tokens", random.nextInt(50));
        usage.putObject("completion_tokens_details").put("reasoning_tokens", random.nextInt(50));
        return usage;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            text.append(any(WORDS));
        }
        return text.toString();
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static ObjectNode envelope(String object) {
        return Json.object()
                .put("id", "chatcmpl-7")
                .put("object", object)
                .put("created", 1_790_000_000L)
                .put("model", "model-1");
    }

    /** The answer as a stream, cut at random, with some of its pieces in one chunk. */
    public List<byte[]> chunks(JsonNode completion) {
        List<ObjectNode> deltas = deltas(completion.at("/choices/0/message"));
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(chunk(Json.object().put("role", "assistant").put("content", ""), null));
        String reason = completion.at("/choices/0/finish_reason").asText();
        boolean lastIsEnd = !deltas.isEmpty() && random.nextBoolean();
        for (int i = 0; i < deltas.size(); i++) {
            boolean end = lastIsEnd && i == deltas.size() - 1;
            chunks.add(chunk(deltas.get(i), end ? reason : null));
        }
        if (!lastIsEnd) {
            chunks.add(chunk(Json.object(), reason));
        }
        ObjectNode last = envelope("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", completion.path("usage"));
        chunks.add(Json.bytes(last));
        return chunks;
    }

    private static byte[] chunk(ObjectNode delta, String reason) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", reason);
        return Json.bytes(chunk);
    }

    private List<ObjectNode> deltas(JsonNode message) {
        List<ObjectNode> deltas = new ArrayList<>();
        pieces(message.path("reasoning_content").asText("")).forEach(piece -> text(deltas, "reasoning_content", piece));
        for (JsonNode block : message.path("thinking_blocks")) {
            ObjectNode delta = Json.object();
            delta.putArray("thinking_blocks").add(block);
            deltas.add(delta);
        }
        if (message.path("content").isTextual()) {
            pieces(message.path("content").asText()).forEach(piece -> text(deltas, "content", piece));
        }
        if (message.path("refusal").isTextual()) {
            pieces(message.path("refusal").asText()).forEach(piece -> text(deltas, "refusal", piece));
        }
        for (JsonNode image : message.path("images")) {
            ObjectNode delta = Json.object();
            delta.putArray("images").add(image);
            deltas.add(delta);
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            call(deltas, i, calls.path(i));
        }
        return deltas;
    }

    /** A piece may stand beside another field's in one chunk, if that comes before it in a message. */
    private void text(List<ObjectNode> deltas, String field, String piece) {
        ObjectNode last = deltas.isEmpty() ? null : deltas.get(deltas.size() - 1);
        boolean joins = last != null && !last.has(field) && random.nextInt(3) == 0;
        if (joins) {
            last.put(field, piece);
        } else {
            deltas.add(Json.object().put(field, piece));
        }
    }

    private void call(List<ObjectNode> deltas, int index, JsonNode call) {
        List<String> pieces = pieces(call.at("/function/arguments").asText());
        for (int i = 0; i < pieces.size(); i++) {
            ObjectNode entry = Json.object().put("index", index);
            if (i == 0) {
                entry.setAll((ObjectNode) call);
                entry.set("function", Json.object().set("name", call.at("/function/name")));
            }
            entry.withObject("/function").put("arguments", pieces.get(i));
            ObjectNode last = deltas.isEmpty() ? null : deltas.get(deltas.size() - 1);
            boolean joins = i == 0 && last != null && random.nextInt(3) == 0;
            (joins ? last : added(deltas)).withArray("tool_calls").add(entry);
        }
    }

    private static ObjectNode added(List<ObjectNode> deltas) {
        deltas.add(Json.object());
        return deltas.get(deltas.size() - 1);
    }

    /** At least one, and some of them empty; a pair of surrogates may be cut in two. */
    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(6));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces.isEmpty() ? List.of("") : pieces;
    }
}
