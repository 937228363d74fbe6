package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the client gets when nobody answered.
 *
 * @param retryAfter the soonest honest recovery, null where none is known
 * @param attempts the trail
 * @param relayed the attempt of which this is the error, null where it is the gateway's own
 */
public record FinalError(
        int status,
        ApiError error,
        @Nullable Duration retryAfter,
        List<TrailEntry> attempts,
        @Nullable TrailEntry relayed) {

    /** The gateway's own. */
    FinalError(int status, ApiError error, @Nullable Duration retryAfter, List<TrailEntry> attempts) {
        this(status, error, retryAfter, attempts, null);
    }

    /** True where repeating the request at once cannot help, since the gateway has repeated it already. */
    public boolean mustNotRetry() {
        return status == 502 || status == 504;
    }

    /** The response body. */
    public byte[] toBody() {
        ObjectNode json = error.toJson();
        if (!attempts.isEmpty()) {
            ArrayNode trail = json.putArray("attempts");
            attempts.forEach(entry -> trail.add(entry.toJson()));
        }
        return Json.bytes(Json.object().set("error", json));
    }
}
