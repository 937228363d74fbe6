package dev.loom.gateway.provider;

import dev.loom.gateway.config.UsageInStreams;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a provider refuses a request for nothing but a field that the request can do without: the gateway's
 * question for the usage of a stream, or what another provider's answer has left in the conversation.
 */
final class Dispensable {

    private Dispensable() {}

    /**
     * A field that was sent, is named in the error and is not needed for an answer; null where there is none.
     *
     * @param target as it was when the request was made
     * @param error the body of an answer with this status
     */
    static @Nullable Refusal refused(int status, byte[] error, ApiRequest request, Target target) {
        if ((status != 400 && status != 422) || !(request instanceof ChatRequest chat)) {
            return null;
        }
        String words = new String(error, StandardCharsets.UTF_8);
        Stream<String> options = asksForUsage(chat, target) ? Stream.of(Quirks.STREAM_OPTIONS) : Stream.of();
        return Stream.concat(options, chat.traces().stream().sorted())
                .filter(field -> !target.quirks().refused().contains(field) && names(words, field))
                .findFirst()
                .map(field -> new Refusal(field, true))
                .orElse(null);
    }

    private static boolean asksForUsage(ChatRequest chat, Target target) {
        return chat.stream()
                && target.provider().usageInStreams() == UsageInStreams.AUTO
                && target.quirks().takesStreamOptions(target.provider());
    }

    /** As a word of its own: {@code reasoning} is not named by {@code reasoning_effort}. */
    private static boolean names(String words, String field) {
        return Pattern.compile("\\b" + field + "\\b").matcher(words).find();
    }
}
