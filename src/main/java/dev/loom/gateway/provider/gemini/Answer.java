package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A whole answer of {@code generateContent} in OpenAI's shape. */
public final class Answer {

    private final ChatRequest request;
    private final Target target;
    private final boolean passing;
    private final boolean jsonTool;

    /** @param passing whether the client speaks Gemini's language too and gets the answer as it came */
    Answer(ChatRequest request, Target target, boolean passing) {
        this.passing = passing;
        this.request = request;
        this.target = target;
        this.jsonTool = JsonAnswer.of(request.tree(), Model.of(target.model())) == JsonAnswer.TOOL;
    }

    Completion read(byte[] body) throws UnreadableAnswer {
        JsonNode json = Json.lenient(body);
        ErrorInside.refuse(json);
        ArrayNode choices = choices(json);
        Envelope envelope = Envelope.of(json, request, target);
        GeminiUsage usage = new GeminiUsage();
        usage.update(json.path("usageMetadata"));
        ObjectNode answer = Json.object()
                .put("id", envelope.id())
                .put("object", "chat.completion")
                .put("created", envelope.created())
                .put("model", envelope.model());
        answer.set("choices", choices);
        UsageDetails details = usage.details();
        if (details != null) {
            answer.set("usage", details.toJson());
        }
        return new Completion(Json.bytes(answer), details == null ? null : details.toUsage());
    }

    private ArrayNode choices(JsonNode json) throws UnreadableAnswer {
        ArrayNode choices = Json.array();
        JsonNode candidates = json.path("candidates");
        int[] indexes = Position.ofAll(candidates, Position.MOST_CHOICES);
        for (int i = 0; i < candidates.size(); i++) {
            choices.add(choice(candidates.path(i), i, indexes[i]));
        }
        String blocked = Finish.blocked(json);
        if (choices.isEmpty() && blocked != null) {
            choices.add(choice(0, message(null, blocked), "content_filter"));
        } else if (choices.isEmpty()) {
            throw new UnreadableAnswer("The provider's answer has no candidates.");
        }
        return choices;
    }

    private ObjectNode choice(JsonNode candidate, int position, int index) throws UnreadableAnswer {
        if (!candidate.isObject()) {
            throw new UnreadableAnswer("candidates[" + position + "] of the provider's answer is not an object.");
        }
        JsonNode parts = candidate.path("content").path("parts");
        ArrayNode calls = calls(parts, position);
        String json = takeJson(calls);
        String said = Finish.word(candidate, target);
        if (!passing || parts.isEmpty()) {
            Finish.refuseFailed(said, candidate);
        }
        String word = Objects.requireNonNullElse(said, "STOP");
        String reason = Finish.reason(word, !calls.isEmpty());
        ObjectNode message = message(json != null ? json : content(parts, reason), refusal(candidate, reason));
        String reasoning = text(parts, true);
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning);
        }
        ArrayNode pictures = pictures(parts);
        if (!pictures.isEmpty()) {
            message.set("images", pictures);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        ObjectNode choice = choice(index, message, reason);
        choice.set("logprobs", Logprobs.of(candidate));
        Finish.tell(word, choice);
        return choice;
    }

    private ArrayNode calls(JsonNode parts, int choice) throws UnreadableAnswer {
        ArrayNode calls = Json.array();
        for (JsonNode part : parts) {
            if (part.path("functionCall").isObject()) {
                String otherId = GeneratedId.ofCall(request, choice, calls.size());
                calls.add(ToolCall.read(part, otherId).whole());
            }
        }
        return calls;
    }

    /** What the tool that stands for the answer was called with, which is no call to the client; null where it was not. */
    private @Nullable String takeJson(ArrayNode calls) {
        for (int i = 0; i < calls.size(); i++) {
            JsonNode function = calls.path(i).path("function");
            if (jsonTool && function.path("name").asText().equals(JsonAnswer.TOOL_NAME)) {
                calls.remove(i);
                return function.path("arguments").asText();
            }
        }
        return null;
    }

    private static ArrayNode pictures(JsonNode parts) {
        ArrayNode pictures = Json.array();
        for (JsonNode part : parts) {
            ObjectNode picture = Picture.of(part);
            if (picture != null) {
                pictures.add(picture);
            }
        }
        return pictures;
    }

    /** An answer that ended by itself or at its limit has a text, if an empty one; a call or a refusal has none. */
    private static @Nullable String content(JsonNode parts, String reason) {
        String text = text(parts, false);
        boolean mayBeEmpty = reason.equals("stop") || reason.equals("length");
        return text.isEmpty() && !mayBeEmpty ? null : text;
    }

    private static @Nullable String refusal(JsonNode candidate, String reason) {
        return reason.equals("content_filter") ? candidate.path("finishMessage").textValue() : null;
    }

    private static String text(JsonNode parts, boolean thoughts) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
            if (part.path("thought").asBoolean(false) == thoughts) {
                text.append(part.path("text").asText(""));
            }
        }
        return text.toString();
    }

    private static ObjectNode message(@Nullable String content, @Nullable String refusal) {
        return Json.object().put("role", "assistant").put("content", content).put("refusal", refusal);
    }

    private static ObjectNode choice(int index, ObjectNode message, String reason) {
        ObjectNode choice = Json.object().put("index", index);
        choice.set("message", message);
        return choice.putNull("logprobs").put("finish_reason", reason);
    }
}
