package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.JsonValue;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.completions.CompletionUsage;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What openai-java makes of the gateway's answer. */
public final class SdkAnswer {

    private static final String SIGNATURE = "/google/thought_signature";

    private final Answer.Parts answer = new Answer.Parts();

    private SdkAnswer() {}

    public static Answer of(ChatCompletion completion) {
        SdkAnswer whole = new SdkAnswer();
        completion.validate();
        whole.read(completion);
        ChatCompletionMessage message = completion.choices().get(0).message();
        whole.extensions(message._additionalProperties());
        List<ChatCompletionMessageToolCall> calls = message.toolCalls().orElse(List.of());
        for (int i = 0; i < calls.size(); i++) {
            whole.signature(i, calls.get(i).asFunction()._additionalProperties());
        }
        return whole.answer.whole();
    }

    /** What goes beyond OpenAI's API stands in the chunks only; the rest is what its accumulator has gathered. */
    public static Answer of(Stream<ChatCompletionChunk> chunks) {
        SdkAnswer streamed = new SdkAnswer();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        chunks.forEach(chunk -> {
            chunk.validate();
            accumulator.accumulate(chunk);
            chunk.choices().forEach(choice -> streamed.extensions(choice.delta()));
        });
        ChatCompletion completion = accumulator.chatCompletion();
        completion.validate();
        streamed.read(completion);
        return streamed.answer.whole();
    }

    private void read(ChatCompletion completion) {
        answer.id = completion.id();
        answer.model = completion.model();
        answer.created = completion.created();
        answer.usage = completion.usage().map(SdkAnswer::usage).orElse(Answer.Tokens.NOT_REPORTED);
        ChatCompletion.Choice choice = completion.choices().get(0);
        answer.finishReason = choice.finishReason().asString();
        choice.message().content().ifPresent(answer.content::append);
        choice.message().refusal().ifPresent(answer.refusal::append);
        List<ChatCompletionMessageToolCall> calls = choice.message().toolCalls().orElse(List.of());
        for (int i = 0; i < calls.size(); i++) {
            call(answer.call(i), calls.get(i).asFunction());
        }
    }

    private static void call(Answer.CallParts parts, ChatCompletionMessageFunctionToolCall call) {
        parts.id = call.id();
        parts.name = call.function().name();
        parts.arguments.append(call.function().arguments());
    }

    private static Answer.Tokens usage(CompletionUsage usage) {
        return new Answer.Tokens(
                usage.promptTokens(),
                usage.completionTokens(),
                usage.totalTokens(),
                usage.promptTokensDetails()
                        .flatMap(CompletionUsage.PromptTokensDetails::cachedTokens)
                        .orElse(0L),
                usage.completionTokensDetails()
                        .flatMap(CompletionUsage.CompletionTokensDetails::reasoningTokens)
                        .orElse(0L));
    }

    private void extensions(ChatCompletionChunk.Choice.Delta delta) {
        extensions(delta._additionalProperties());
        delta.toolCalls()
                .orElse(List.of())
                .forEach(call -> signature((int) call.index(), call._additionalProperties()));
    }

    private void extensions(Map<String, JsonValue> message) {
        answer.reasoning.append(json(message, "reasoning_content").asText(""));
        json(message, "thinking_blocks")
                .forEach(block ->
                        answer.reasoningSignature.append(block.path("signature").asText()));
    }

    private void signature(int index, Map<String, JsonValue> call) {
        Answer.CallParts parts = answer.call(index);
        parts.signature = json(call, "extra_content").at(SIGNATURE).asText(parts.signature);
    }

    private static JsonNode json(Map<String, JsonValue> extensions, String key) {
        JsonValue value = extensions.get(key);
        JsonNode json = value == null ? null : value.convert(JsonNode.class);
        return json == null ? Json.MAPPER.missingNode() : json;
    }
}
