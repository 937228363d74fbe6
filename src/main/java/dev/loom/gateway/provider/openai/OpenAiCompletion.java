package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.Objects;

/** Reads a whole answer: passes it on as it came if it meets OpenAI's contract, else with what is missing filled in. */
final class OpenAiCompletion {

    private final ChatRequest request;
    private final String model;
    private final Repair repair = new Repair();

    /** @param model of an answer that names none */
    OpenAiCompletion(ChatRequest request, String model) {
        this.request = request;
        this.model = model;
    }

    Completion read(byte[] body) throws UnreadableAnswer {
        JsonNode json = Json.lenient(body);
        ErrorInside.refuse(json);
        if (!(json instanceof ObjectNode answer)) {
            throw new UnreadableAnswer("The provider's answer is not a JSON object.");
        }
        choices(answer.path("choices"));
        envelope(answer);
        Usage usage = OpenAiUsage.read(answer.path("usage"));
        if (usage == null) {
            repair.remove(answer, "usage");
        } else {
            OpenAiUsage.repair((ObjectNode) answer.path("usage"), usage, repair);
        }
        return new Completion(repair.bytes(answer, body), usage);
    }

    private void envelope(ObjectNode answer) {
        if (!Repair.hasText(answer, "id")) {
            repair.text(answer, "id", GeneratedId.of("chatcmpl-", request, 0));
        }
        repair.text(answer, "object", "chat.completion");
        JsonNode created = answer.path("created");
        repair.number(answer, "created", created.isNumber() ? created.longValue() : request.created());
        repair.textIfMissing(answer, "model", model);
    }

    private void choices(JsonNode choices) throws UnreadableAnswer {
        if (!choices.isArray() || choices.isEmpty()) {
            throw new UnreadableAnswer("The provider's answer has no choices.");
        }
        int[] indexes = Position.ofAll(choices, Position.MOST_CHOICES);
        for (int i = 0; i < choices.size(); i++) {
            if (!(choices.get(i) instanceof ObjectNode choice) || !isAnswered(choice)) {
                throw new UnreadableAnswer("choices[" + i + "] of the provider's answer has no message.");
            }
            repair.number(choice, "index", indexes[i]);
            choice(choice, i);
        }
    }

    /** What Azure's filter has stopped may have no message. */
    private static boolean isAnswered(ObjectNode choice) throws UnreadableAnswer {
        return choice.path("message").isObject()
                || FinishReasons.CONTENT_FILTER.equals(FinishReasons.of(choice.path("finish_reason")));
    }

    private void choice(ObjectNode choice, int position) throws UnreadableAnswer {
        ObjectNode message = repair.object(choice, "message");
        String reason = FinishReasons.of(choice.path("finish_reason"));
        message(message, position, FinishReasons.TOOL_CALLS.equals(reason));
        repair.nullIfMissing(choice, "logprobs");
        boolean calls = !message.path("tool_calls").isEmpty();
        repair.finishReason(
                choice, Objects.requireNonNullElse(reason, calls ? FinishReasons.TOOL_CALLS : FinishReasons.STOP));
    }

    /** @param called whether the provider says that it ends with calls */
    private void message(ObjectNode message, int choice, boolean called) throws UnreadableAnswer {
        repair.text(message, "role", "assistant");
        Content.repair(message, repair);
        repair.nullIfMissing(message, "content");
        repair.nullIfMissing(message, "refusal");
        JsonNode calls = message.path("tool_calls");
        if (message.has("tool_calls") && !calls.isArray()) {
            repair.remove(message, "tool_calls");
        }
        boolean begun = false;
        for (int i = 0; i < calls.size(); i++) {
            if (!(calls.get(i) instanceof ObjectNode call)) {
                throw new UnreadableAnswer("The provider's answer has a tool call that is not an object.");
            }
            if (ToolCall.saysNothing(call)) {
                begun |= Repair.hasText(call, "id");
                repair.remove((ArrayNode) calls, i--);
            } else {
                ToolCall.repair(call, GeneratedId.ofCall(request, choice, i), repair);
            }
        }
        if (called && begun && calls.isEmpty()) {
            throw ToolCall.nameless();
        }
    }
}
