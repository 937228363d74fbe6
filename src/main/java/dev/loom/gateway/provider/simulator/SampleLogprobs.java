package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code logprobs} of a simulated text: every piece is as likely as the others, and what else might have been said is made up. */
record SampleLogprobs(boolean wanted, int others) {

    /** As many as OpenAI gives. */
    private static final int MOST = 20;

    /** Of the piece that was said; each of the others has half of what the one before it has. */
    private static final double LIKELY = 0.5;

    static SampleLogprobs of(JsonNode request) {
        int top = Math.max(0, Math.min(MOST, request.path("top_logprobs").asInt()));
        return new SampleLogprobs(request.path("logprobs").asBoolean(), top);
    }

    /** Null where nobody asks for them. */
    JsonNode of(List<String> pieces) {
        if (!wanted) {
            return NullNode.getInstance();
        }
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        pieces.forEach(piece -> content.add(token(piece)));
        return logprobs.putNull("refusal");
    }

    private ObjectNode token(String piece) {
        ObjectNode token = entry(piece, LIKELY);
        ArrayNode top = token.putArray("top_logprobs");
        for (int i = 0; i < others; i++) {
            top.add(entry(i == 0 ? piece : piece.strip() + i, Math.pow(LIKELY, i + 1.0)));
        }
        return token;
    }

    private static ObjectNode entry(String text, double probability) {
        ObjectNode entry = Json.object().put("token", text).put("logprob", Math.log(probability));
        ArrayNode bytes = entry.putArray("bytes");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xff);
        }
        return entry;
    }
}
