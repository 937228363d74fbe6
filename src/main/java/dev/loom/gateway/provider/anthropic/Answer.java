package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A whole answer of the Messages API as a chat completion. */
final class Answer {

    /** Stop reasons of which OpenAI's words, with what stands beside them, tell all. */
    private static final Set<String> TOLD = Set.of("end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal");

    static final String NAMELESS = "The provider's answer calls a function without a name.";

    private final boolean jsonTool;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode thinking = Json.array();
    private final ArrayNode calls = Json.array();
    private @Nullable JsonNode json;

    private Answer(boolean jsonTool) {
        this.jsonTool = jsonTool;
    }

    /**
     * Translates an answer.
     *
     * @param model as it was when the request was encoded
     * @throws UnreadableAnswer if it is no answer; no other exception, whatever the bytes
     */
    static Completion decode(byte[] body, ChatRequest request, Target target, Model model) throws UnreadableAnswer {
        JsonNode answer = Json.lenient(body);
        if (ErrorInside.isIn(answer)) {
            throw new UnreadableAnswer(Errors.inside(body));
        } else if (!answer.path("content").isArray()) {
            throw new UnreadableAnswer("The provider's answer is not a message with content.");
        }
        for (JsonNode block : answer.path("content")) {
            if (isNameless(block)) {
                throw new UnreadableAnswer(NAMELESS);
            }
        }
        Answer parts = new Answer(isJsonTool(request, model));
        answer.path("content").forEach(parts::add);
        AnthropicUsage usage = new AnthropicUsage();
        usage.update(answer.path("usage"));
        return completion(parts.choice(answer), answer, usage.details(), request, target);
    }

    /** A call of which no client could make anything. */
    static boolean isNameless(JsonNode block) {
        return block.path("type").asText().equals("tool_use")
                && block.path("name").asText("").isEmpty();
    }

    static boolean isJsonTool(ChatRequest request, Model model) {
        return AnthropicJson.of(request.tree(), model) == AnthropicJson.TOOL;
    }

    static String id(JsonNode message, ChatRequest request) {
        String id = message.path("id").asText("");
        return id.isEmpty() ? GeneratedId.of("chatcmpl-", request, 0) : id;
    }

    static String model(JsonNode message, Target target) {
        String model = message.path("model").asText("");
        return model.isEmpty() ? target.model() : model;
    }

    /** OpenAI's word for a stop reason; one that is new counts as a plain end. */
    static String finishReason(JsonNode stopReason, boolean calledTool) {
        return switch (stopReason.asText("tool_use")) {
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> calledTool ? "tool_calls" : "stop";
            case "refusal" -> "content_filter";
            default -> "stop";
        };
    }

    /** Puts into a choice what its finish reason does not tell of the end of a message. */
    static void tell(JsonNode message, ObjectNode choice) {
        FinishReasons.stopped(choice, sequence(message));
        String word = message.path("stop_reason").asText("");
        if (!word.isEmpty() && !TOLD.contains(word)) {
            FinishReasons.own(choice, "messages", word);
        }
    }

    /** The stop sequence that ended the answer; null where none did. */
    private static @Nullable String sequence(JsonNode message) {
        boolean stopped = message.path("stop_reason").asText().equals("stop_sequence");
        return stopped ? message.path("stop_sequence").textValue() : null;
    }

    /** Why the model refused; null where it did not. */
    static @Nullable String refusal(JsonNode message) {
        return message.path("stop_reason").asText().equals("refusal")
                ? message.path("stop_details").path("explanation").asText("The model declined to answer.")
                : null;
    }

    private static Completion completion(
            ObjectNode choice, JsonNode answer, @Nullable UsageDetails usage, ChatRequest request, Target target) {
        ObjectNode out = Json.object()
                .put("id", id(answer, request))
                .put("object", "chat.completion")
                .put("created", request.created())
                .put("model", model(answer, target));
        out.putArray("choices").add(choice);
        if (usage != null) {
            out.set("usage", usage.toJson());
        }
        return new Completion(Json.bytes(out), usage == null ? null : usage.toUsage());
    }

    private void add(JsonNode block) {
        switch (block.path("type").asText()) {
            case "text" -> text.append(block.path("text").asText(""));
            case "thinking" -> {
                reasoning.append(block.path("thinking").asText(""));
                addThinking(block);
            }
            case "redacted_thinking" -> addThinking(block);
            case "tool_use" -> addToolUse(block);
            default -> {} // results of tools that the provider runs itself, which no request of ours asks for
        }
    }

    private void addThinking(JsonNode block) {
        if (block instanceof ObjectNode own && (block.hasNonNull("signature") || block.hasNonNull("data"))) {
            thinking.add(Assistant.inPlace(own, calls.size()));
        }
    }

    private void addToolUse(JsonNode block) {
        JsonNode input = block.path("input").isObject() ? block.path("input") : Json.object();
        if (jsonTool && block.path("name").asText().equals(AnthropicJson.TOOL_NAME)) {
            json = input;
            return;
        }
        ObjectNode call =
                calls.addObject().put("id", block.path("id").asText("")).put("type", "function");
        call.putObject("function").put("name", block.path("name").asText("")).put("arguments", Json.string(input));
    }

    private ObjectNode choice(JsonNode answer) {
        ObjectNode choice = Json.object().put("index", 0);
        choice.set("message", message(refusal(answer)));
        choice.putNull("logprobs");
        choice.put("finish_reason", finishReason(answer.path("stop_reason"), !calls.isEmpty()));
        tell(answer, choice);
        return choice;
    }

    private ObjectNode message(@Nullable String refusal) {
        ObjectNode message = Json.object().put("role", "assistant").put("content", content(refusal));
        message.put("refusal", refusal);
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!thinking.isEmpty()) {
            message.set("thinking_blocks", thinking);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    private @Nullable String content(@Nullable String refusal) {
        if (json != null) {
            return Json.string(json);
        }
        boolean other = refusal != null || !calls.isEmpty();
        return text.isEmpty() && other ? null : text.toString();
    }
}
