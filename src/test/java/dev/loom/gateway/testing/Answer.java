package dev.loom.gateway.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an answer says, whoever says it and how. A recording's null means that the provider left it open.
 *
 * @param created seconds since 1970
 */
public record Answer(
        String id,
        String model,
        Long created,
        String content,
        String refusal,
        String reasoning,
        String reasoningSignature,
        List<Call> calls,
        String finishReason,
        Tokens usage) {

    /** A tool call; the arguments are JSON text. */
    public record Call(String id, String name, String arguments, String signature) {}

    public record Tokens(long prompt, long completion, long total, long cached, long reasoning) {

        public static final Tokens NOT_REPORTED = new Tokens(0, 0, 0, 0, 0);
    }

    /** Puts an answer together of the pieces in which it came. */
    public static final class Parts {
        public String id;
        public String model;
        public Long created;
        public final StringBuilder content = new StringBuilder();
        public final StringBuilder refusal = new StringBuilder();
        public final StringBuilder reasoning = new StringBuilder();
        public final StringBuilder reasoningSignature = new StringBuilder();
        private final Map<Integer, CallParts> calls = new TreeMap<>();
        public String finishReason;
        public Tokens usage = Tokens.NOT_REPORTED;

        /** @param index the place of the call among the calls */
        public CallParts call(int index) {
            return calls.computeIfAbsent(index, i -> new CallParts());
        }

        public Answer whole() {
            List<Call> whole = new ArrayList<>();
            calls.values().forEach(call -> whole.add(call.whole()));
            return new Answer(
                    id,
                    model,
                    created,
                    content.toString(),
                    refusal.toString(),
                    reasoning.toString(),
                    reasoningSignature.toString(),
                    whole,
                    finishReason,
                    usage);
        }
    }

    /** One call among the {@link Parts}. */
    public static final class CallParts {
        public String id;
        public String name;
        public final StringBuilder arguments = new StringBuilder();
        public String signature = "";

        private Call whole() {
            return new Call(id, name, arguments.toString(), signature);
        }
    }
}
