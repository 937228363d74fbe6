package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.observe.TrailHeader;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.routing.Candidate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers of answers to clients; of a provider's own only those of an answer that passes as it is go along. */
public final class AnswerHeaders {

    private AnswerHeaders() {}

    /** What every answer carries: the request's id, and the attempt trail where the client asked for it and may. */
    public static Map<String, String> always(Call call) {
        Map<String, String> ofLanguage = call.surface().headers(call.id());
        boolean trail = call.trailShown() && call.planIfMade() != null;
        Map<String, String> passed = call.passing().headers();
        Charge charge = call.charge();
        boolean counted = charge != null && charge.showsHeaders();
        if (!trail && !counted && ofLanguage.isEmpty() && passed.isEmpty()) {
            return Map.of("x-request-id", call.id());
        }
        Map<String, String> headers = new LinkedHashMap<>(ofLanguage);
        headers.putAll(passed);
        headers.put("x-request-id", call.id());
        if (trail) {
            headers.put("x-loom-trail", TrailHeader.of(call.trail()));
        }
        if (charge != null && counted) {
            AccountHeaders.addStanding(charge, headers);
            if (charge.isSettled()) {
                AccountHeaders.addUsage(charge, headers);
            }
        }
        return headers;
    }

    /** What is to be told at the end of a stream, as comments of it; null where nothing is. */
    public static @Nullable String atEnd(Call call) {
        Charge charge = call.charge();
        if (charge == null || !charge.showsHeaders() || !call.surface().readsComments()) {
            return null;
        }
        return AccountHeaders.comment(charge);
    }

    /** Beside these, those of a provider's answer, always in this order. */
    public static Map<String, String> of(Call call, String contentType) {
        Candidate candidate = call.attempt().candidate();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("x-loom-provider", candidate.provider());
        if (!candidate.model().isEmpty()) {
            headers.put("x-loom-model", Printable.of(candidate.model()));
        }
        headers.put("x-loom-attempts", Integer.toString(call.attempts()));
        return headers;
    }
}
