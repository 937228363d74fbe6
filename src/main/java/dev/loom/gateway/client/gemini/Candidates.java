package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is gathered of each candidate: how it ends, and what its provider signed, until a part takes it along. */
final class Candidates {

    /** For arguments that are no JSON. */
    private static final String INVALID = "INVALID_JSON";

    private static final class Candidate {
        private String reason = FinishReasons.STOP;
        private @Nullable String own;
        private String refusal = "";
        private boolean called;
        private final ArrayNode signed = Json.array();
        private final ArrayNode logprobs = Json.array();
    }

    private final Map<Integer, Candidate> all = new TreeMap<>();

    private Candidate of(int choice) {
        return all.computeIfAbsent(choice, index -> new Candidate());
    }

    static ObjectNode text(String text, boolean thought) {
        ObjectNode part = Json.object().put("text", text);
        return thought ? part.put("thought", true) : part;
    }

    static ObjectNode picture(Block block) {
        ObjectNode part = Json.object();
        part.putObject("inlineData").put("mimeType", block.mediaType()).put("data", block.data());
        return part;
    }

    /** Takes what a block leaves behind beside its text. */
    void close(Block block) {
        Candidate candidate = of(block.choice());
        candidate.logprobs.addAll(block.logprobs());
        if (block.kind() == Block.Kind.REFUSAL) {
            candidate.refusal = block.text();
        } else if (block.signed() != null) {
            candidate.signed.add(block.signed());
        }
    }

    /** A call; the first of a candidate has what was signed before it, or a note that nothing was. */
    ObjectNode call(Block block) {
        Candidate candidate = of(block.choice());
        ObjectNode part = Json.object();
        part.putObject("functionCall")
                .put("id", block.id())
                .put("name", block.name())
                .set("args", arguments(block.text()));
        String own = block.extra() == null
                ? ""
                : block.extra().at("/google/thought_signature").asText("");
        if (!own.isEmpty()) {
            part.put("thoughtSignature", own);
        } else if (!candidate.called) {
            part.put("thoughtSignature", signature(candidate));
        }
        candidate.called = true;
        return part;
    }

    private static JsonNode arguments(String text) {
        if (text.isBlank()) {
            return Json.object();
        }
        JsonNode arguments = Json.lenient(text.getBytes(StandardCharsets.UTF_8));
        return arguments.isObject() ? arguments : Json.object().put(INVALID, text);
    }

    private static String signature(Candidate candidate) {
        ObjectNode note = Json.object();
        if (!candidate.signed.isEmpty()) {
            note.set("thinking_blocks", candidate.signed.deepCopy());
            candidate.signed.removeAll();
        }
        return Carried.pack(note);
    }

    /** Gemini's own word, if the choice has one that the hub has none for. */
    void worded(int choice, JsonNode hubsChoice) {
        of(choice).own = FinishReasons.own(hubsChoice, "gemini");
    }

    void finish(int choice, String reason) {
        of(choice).reason = reason;
    }

    /** The parts that are still to be said: none, or one for what is signed and no call took along. */
    private static List<ObjectNode> rest(Candidate candidate) {
        return candidate.signed.isEmpty()
                ? List.of()
                : List.of(text("", false).put("thoughtSignature", signature(candidate)));
    }

    /** Each candidate's end. */
    ArrayNode ends() {
        ArrayNode ends = Json.array();
        all.forEach((choice, candidate) -> {
            ObjectNode end = of(choice, rest(candidate)).put("finishReason", word(candidate));
            if (!candidate.refusal.isEmpty()) {
                end.put("finishMessage", candidate.refusal);
            }
            if (!candidate.logprobs.isEmpty()) {
                end.set("logprobsResult", Logprobs.of(candidate.logprobs));
            }
            ends.add(end);
        });
        return ends;
    }

    /** A candidate with some parts. */
    static ObjectNode of(int choice, List<ObjectNode> parts) {
        ObjectNode candidate = Json.object();
        candidate.putObject("content").put("role", "model").putArray("parts").addAll(parts);
        return candidate.put("index", choice);
    }

    private static String word(Candidate candidate) {
        if (candidate.own != null) {
            return candidate.own;
        } else if (!candidate.refusal.isEmpty()) {
            return "SAFETY"; // OpenAI's models refuse and say that they have ended as usual
        }
        return switch (candidate.reason) {
            case FinishReasons.LENGTH -> "MAX_TOKENS";
            case FinishReasons.CONTENT_FILTER -> "SAFETY";
            case FinishReasons.MALFORMED_CALL -> "MALFORMED_FUNCTION_CALL";
            default -> "STOP";
        };
    }
}
