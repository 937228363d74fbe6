package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.traffic.Asked;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.OutputLengths;
import org.jspecify.annotations.Nullable;

/**
 * The {@code rate_limit} of a client's key: asked for when its request is accepted, before anybody knows who will answer, and
 * settled when the request is done.
 */
final class ClientLimits {

    private ClientLimits() {}

    /**
     * @throws RequestEnded with 429 if the key has no room for the request, with 503 if nobody knows; if the answer is still on its
     *     way, the request finds out before its call
     */
    static void take(Call call, ClientKeys.Client client) throws RequestEnded {
        Asked<Limits.Decision> asked = client.limits().ask(estimate(call.request()));
        call.atEnd(() -> settle(asked.get(), call));
        call.awaited().add(asked, ClientLimits::require);
    }

    private static void require(Limits.Decision decision) throws RequestEnded {
        if (decision instanceof Limits.Refusal refusal) {
            throw RequestEnded.with(refused(refusal));
        }
    }

    /**
     * For a request that costs no tokens and is answered at once.
     *
     * @throws RequestEnded as {@link #take}
     */
    static void takeOne(ClientKeys.Client client) throws RequestEnded {
        Limits.Decision decision = client.limits().reserve(0);
        require(decision);
        ((Limits.Reservation) decision).release();
    }

    private static long estimate(ApiRequest request) {
        Integer most = request.maxTokens();
        return (long) request.promptBytes() / Usage.BYTES_PER_TOKEN
                + (most == null ? OutputLengths.UNKNOWN_LENGTH : most);
    }

    private static void settle(Limits.Decision decision, Call call) {
        if (!(decision instanceof Limits.Reservation reservation)) {
            return;
        }
        Long used = used(call);
        if (used != null) {
            reservation.settle(used);
        }
        reservation.release();
    }

    /** Tokens; null where an answer came whose length nobody told, so that the estimate stands. */
    private static @Nullable Long used(Call call) {
        Attempt attempt = call.attemptIfAny();
        Usage usage = attempt == null ? null : attempt.usage();
        if (usage != null) {
            return usage.input() + usage.output();
        }
        return attempt == null || call.client().status() >= 400 ? (Long) 0L : null;
    }

    private static Reply unavailable(Limits.Refusal refusal) {
        ApiError error = ApiError.server(
                "The shared state cannot be reached, so it is not known whether this API key has room. Try again.",
                "state_unavailable");
        return Reply.error(503, error)
                .with("Retry-After", Long.toString(Math.max(1, refusal.retryIn().toSeconds())));
    }

    private static Reply refused(Limits.Refusal refusal) {
        if (refusal.limit().equals(Limits.SHARED_STATE)) {
            return unavailable(refusal);
        }
        long seconds = Math.max(1, refusal.retryIn().plusMillis(999).toSeconds());
        ApiError error = new ApiError(
                "This API key has used up its " + refusal.limit() + ". Try again in " + seconds + " s.",
                refusal.limit().startsWith("tokens") ? "tokens" : "requests",
                null,
                "rate_limit_exceeded");
        return Reply.error(429, error).with("Retry-After", Long.toString(seconds));
    }
}
