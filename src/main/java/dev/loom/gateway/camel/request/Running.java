package dev.loom.gateway.camel.request;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.routing.Attempt;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attempt under way, or the one that was the last, and its call of the provider. Used by the request's own thread, but
 * for {@link #cut}, which any thread may call at any time.
 */
final class Running {

    private @Nullable Attempt attempt;
    private @Nullable ApiRequest request;
    private volatile @Nullable UpstreamCall call;
    private volatile UpstreamCall.@Nullable Reason cut;

    /** The next attempt begins; it has no call yet. */
    void begin(Attempt next) {
        attempt = next;
        request = null;
        call = null;
    }

    /** The request as it goes to this provider alone; null where that is how the plan has it. */
    @Nullable
    ApiRequest request() {
        return request;
    }

    void request(ApiRequest changed) {
        request = changed;
    }

    Attempt attempt() {
        return Objects.requireNonNull(attempt, "No attempt under way");
    }

    @Nullable
    Attempt attemptIfAny() {
        return attempt;
    }

    /** Makes a call known, so that it can be cut; where all was cut before, it is cut at once. */
    void calling(UpstreamCall started) {
        call = started;
        UpstreamCall.Reason reason = cut;
        if (reason != null) {
            started.cancel(reason);
        }
    }

    UpstreamCall call() {
        return Objects.requireNonNull(call, "No upstream call under way");
    }

    @Nullable
    UpstreamCall callIfAny() {
        return call;
    }

    /** Cuts the call under way, and every one that may follow. */
    void cut(UpstreamCall.Reason reason) {
        if (cut != UpstreamCall.Reason.HANG_UP) {
            cut = reason;
        }
        UpstreamCall running = call;
        if (running != null) {
            running.cancel(reason);
        }
    }
}
