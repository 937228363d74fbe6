package dev.loom.gateway.provider;

import dev.loom.gateway.config.UsageInStreams;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds out that a provider refuses a request for nothing but a field that the request can do without. */
public final class Dispensable {

    private Dispensable() {}

    /**
     * The field that was sent, is named in the error and is not needed for an answer; null where there is none.
     *
     * @param target as it was when the request was made
     * @param error the body of an answer with this status
     */
    public static @Nullable String refused(int status, byte[] error, ApiRequest request, Target target) {
        boolean asked = request.stream()
                && target.provider().usageInStreams() == UsageInStreams.AUTO
                && target.quirks().takesStreamOptions(target.provider());
        boolean told = (status == 400 || status == 422)
                && new String(error, StandardCharsets.UTF_8).contains(Quirks.STREAM_OPTIONS);
        return asked && told ? Quirks.STREAM_OPTIONS : null;
    }
}
