package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.observe.TrailHeader;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.routing.Candidate;
import java.util.Map;

/** The headers of answers to clients; nothing of a provider's own headers goes along. */
public final class AnswerHeaders {

    private AnswerHeaders() {}

    /** What every answer carries: the request's id, and the attempt trail where the client asked for it and may. */
    public static Map<String, String> always(Call call) {
        return call.trailShown() && call.planIfMade() != null
                ? Map.of(
                        "x-request-id",
                        call.id(),
                        "x-loom-trail",
                        TrailHeader.of(call.plan().trail()))
                : Map.of("x-request-id", call.id());
    }

    /** Beside these, those of a provider's answer. */
    public static Map<String, String> of(Call call, String contentType) {
        Candidate candidate = call.attempt().candidate();
        return Map.of(
                "Content-Type",
                contentType,
                "x-loom-provider",
                candidate.provider(),
                "x-loom-model",
                Printable.of(candidate.model()),
                "x-loom-attempts",
                Integer.toString(call.plan().attempts()));
    }
}
