package dev.loom.gateway.camel;

import java.util.List;

/**
 * What a made-up model says, whatever the provider's language.
 *
 * @param text empty where it only calls tools
 * @param end OpenAI's finish reason, or {@code refusal}: then the text is why
 */
record Said(String text, List<Call> calls, String end) {

    /** @param arguments JSON text */
    record Call(String id, String name, String arguments) {}

    static final int PROMPT_TOKENS = 5;
    static final int COMPLETION_TOKENS = 7;

    static Said text(String text, String end) {
        return new Said(text, List.of(), end);
    }

    static Said calls(Call... calls) {
        return new Said("", List.of(calls), "tool_calls");
    }

    boolean isRefusal() {
        return end.equals("refusal");
    }
}
