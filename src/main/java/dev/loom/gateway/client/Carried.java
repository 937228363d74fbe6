package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a model wants back with the conversation, in a form that every client keeps: an opaque text in the field that
 * the client's language has for signatures. Where the next turn goes to another kind of provider, it is taken out again.
 *
 * <p>The note is an object with {@code thinking_blocks} (reasoning as its provider signed it) or {@code calls} (the
 * {@code extra_content} of tool calls by their ids), or with neither: then it says that nobody signed.
 */
public final class Carried {

    /** The Base64 of six bytes has no bits of what follows. */
    private static final String MARK = Base64.getEncoder().encodeToString("loom1:".getBytes(StandardCharsets.US_ASCII));

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);

    private Carried() {}

    /** Base64 of the standard alphabet. */
    public static String pack(ObjectNode note) {
        return MARK + Base64.getEncoder().encodeToString(Json.bytes(note));
    }

    /** The note; null where the text is another's. Clients may have written it in the alphabet of URLs. */
    public static @Nullable ObjectNode unpack(String text) {
        if (!text.startsWith(MARK)) {
            return null;
        }
        try {
            String standard = text.substring(MARK.length()).replace('-', '+').replace('_', '/');
            boolean read = Json.lenient(Base64.getDecoder().decode(standard)) instanceof ObjectNode;
            return read ? (ObjectNode) Json.lenient(Base64.getDecoder().decode(standard)) : Json.object();
        } catch (IllegalArgumentException e) {
            return Json.object(); // damaged: as good as unsigned
        }
    }

    /** False only if there is surely no note in the request, so that it can pass as it is. */
    public static boolean mayBeIn(byte[] request) {
        for (int i = 0; i + MARK_BYTES.length <= request.length; i++) {
            int same = 0;
            while (same < MARK_BYTES.length && request[i + same] == MARK_BYTES[same]) {
                same++;
            }
            if (same == MARK_BYTES.length) {
                return true;
            }
        }
        return false;
    }
}
