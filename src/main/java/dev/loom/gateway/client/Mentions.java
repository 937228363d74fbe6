package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and their like that a request names by the ids that a provider gave: only that provider can serve it. */
public final class Mentions {

    private static final Set<String> FIELDS = Set.of("file_id", "file_ids", "vector_store_ids", "conversation");

    /** As they stand in a body, with the quotation mark behind them. */
    private static final List<byte[]> NAMES = FIELDS.stream()
            .map(field -> (field + '"').getBytes(StandardCharsets.US_ASCII))
            .toList();

    /** With a digit from 4 to 7 behind it: a letter, or an underscore, that is written as an escape. */
    private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

    private Mentions() {}

    /** The ids in a JSON body. */
    public static List<String> in(byte[] body) {
        List<String> ids = new ArrayList<>();
        if (mayMention(body)) {
            gather(Json.lenient(body), ids);
        }
        return ids;
    }

    /** By a look at the bytes, since long bodies are not to be copied for the few that mention anything. */
    private static boolean mayMention(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if ((body[i] == '"' && isName(body, i + 1)) || (body[i] == '\\' && isEscapedLetter(body, i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isName(byte[] body, int at) {
        for (byte[] name : NAMES) {
            if (stands(name, body, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscapedLetter(byte[] body, int at) {
        int digit = at + ESCAPE.length;
        return stands(ESCAPE, body, at) && digit < body.length && body[digit] >= '4' && body[digit] <= '7';
    }

    private static boolean stands(byte[] what, byte[] body, int at) {
        int end = at + what.length;
        return end <= body.length && Arrays.equals(what, 0, what.length, body, at, end);
    }

    private static void gather(JsonNode node, List<String> ids) {
        node.properties().forEach(field -> {
            if (FIELDS.contains(field.getKey())) {
                add(field.getValue(), ids);
            }
        });
        node.forEach(child -> gather(child, ids));
    }

    private static void add(JsonNode value, List<String> ids) {
        if (value.isTextual()) {
            ids.add(value.textValue());
        } else if (value.isObject()) {
            add(value.path("id"), ids);
        } else {
            value.forEach(one -> add(one, ids));
        }
    }

    /**
     * Who holds what is mentioned.
     *
     * @param caller the name of the client's key; null where no key is asked for
     * @return null where nobody is known to hold any of it
     * @throws InvalidRequest if it was made for another caller, or is too much to look up
     */
    public static @Nullable String holder(List<String> ids, Holders holders, @Nullable String caller, Instant now)
            throws InvalidRequest {
        String holder = null;
        if (!ids.isEmpty()) {
            for (Map.Entry<String, Holders.Holder> known :
                    holders.find(ids, now).entrySet()) {
                if (!known.getValue().isFor(caller)) {
                    throw new InvalidRequest(ApiError.invalidRequest(
                            "Nothing of the name '" + known.getKey() + "' is known here.", null, "not_found"));
                }
                holder = known.getValue().provider();
            }
        }
        return holder;
    }
}
