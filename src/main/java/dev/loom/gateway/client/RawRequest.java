package dev.loom.gateway.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came.
 *
 * @param path percent-decoded, without the query
 * @param caller the name of the client's key; null where no key is asked for
 * @param received when it arrived; the time of an answer whose provider names none
 * @param knownOnly true if the caller may name only what is known to be its own
 * @param room for what is fetched because the request names it
 */
public record RawRequest(
        String path,
        Lookup query,
        Lookup headers,
        byte[] body,
        Instant received,
        @Nullable String caller,
        boolean knownOnly,
        Room room) {

    /** Of a caller whose name is of no interest. */
    public RawRequest(String path, Lookup query, Lookup headers, byte[] body, Instant received) {
        this(path, query, headers, body, received, null, false, Room.WITHOUT_END);
    }

    public RawRequest withBody(byte[] other) {
        return new RawRequest(path, query, headers, other, received, caller, knownOnly, room);
    }
}
