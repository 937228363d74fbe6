package dev.loom.gateway.testing;

import java.util.List;

/**
 * What a made-up model says, whatever the provider's language.
 *
 * @param reasoning empty where it shows none
 * @param text empty where it only calls tools
 * @param end OpenAI's finish reason, or {@code refusal}: then the text is why
 */
public record Said(String reasoning, String text, List<Call> calls, String end) {

    /** @param arguments JSON text */
    public record Call(String id, String name, String arguments) {}

    public static final int PROMPT_TOKENS = 5;
    public static final int COMPLETION_TOKENS = 7;

    public static Said text(String text, String end) {
        return new Said("", text, List.of(), end);
    }

    public static Said thinking(String reasoning, String text) {
        return new Said(reasoning, text, List.of(), "stop");
    }

    public static Said calls(Call... calls) {
        return new Said("", "", List.of(calls), "tool_calls");
    }

    public boolean isRefusal() {
        return end.equals("refusal");
    }
}
