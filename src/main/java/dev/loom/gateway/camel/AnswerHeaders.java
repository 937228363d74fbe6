package dev.loom.gateway.camel;

import dev.loom.gateway.routing.Candidate;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of answers to clients; nothing of a provider's own headers goes along. */
final class AnswerHeaders {

    private AnswerHeaders() {}

    /** What every answer carries: the request's id, and the attempt trail where the client asked for it and may. */
    static Map<String, String> always(Call call) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-request-id", call.id());
        if (call.trailShown() && call.planIfMade() != null) {
            headers.put("x-loom-trail", TrailHeader.of(call.plan().trail()));
        }
        return headers;
    }

    /** Beside these, those of a provider's answer. */
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
        int length = Math.min(text.length(), 200);
        StringBuilder safe = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            safe.append(c > 0x20 && c < 0x7f ? c : '?');
        }
        return safe.toString();
    }
}
