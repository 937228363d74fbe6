package dev.loom.gateway.camel;

import dev.loom.gateway.routing.Candidate;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of a provider's answer to a client; nothing of the provider's own headers goes along. */
final class AnswerHeaders {

    private AnswerHeaders() {}

    static Map<String, String> of(Call call, String contentType) {
        Candidate candidate = call.attempt().candidate();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("x-loom-provider", candidate.provider());
        headers.put("x-loom-model", printable(candidate.model()));
        headers.put("x-loom-attempts", Integer.toString(call.plan().attempts()));
        return headers;
    }

    /** A model's name can be a client's free text; in a header or a log line it must not break out. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        text.chars().limit(200).forEach(c -> safe.append(c > 0x20 && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
