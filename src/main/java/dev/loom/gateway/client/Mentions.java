package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and their like that a request names by the ids that a provider gave: only that provider can serve it. */
public final class Mentions {

    private static final Set<String> FIELDS = Set.of(
            "file_id",
            "file_ids",
            "input_file_id",
            "training_file",
            "validation_file",
            "vector_store_id",
            "vector_store_ids",
            "container",
            "container_id",
            "conversation");

    /**
     * Whose values are the client's own words, as is every schema, or say what a model has found: a history that comes back has
     * these, and nobody opens what they name.
     */
    private static final Set<String> ONLY_SAID = Set.of("metadata", "parameters", "annotations", "results");

    /** Code that has run says in which container. */
    private static final String RAN = "code_interpreter_call";

    /** As they stand in a body, with the quotation mark behind them. */
    private static final List<byte[]> NAMES = FIELDS.stream()
            .map(field -> (field + '"').getBytes(StandardCharsets.US_ASCII))
            .toList();

    /** With a digit from 4 to 7 behind it: a letter, or an underscore, that is written as an escape. */
    private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

    /** Characters of what cannot be an id. */
    private static final int SHOWN = 40;

    private Mentions() {}

    /** The ids in a JSON body. */
    public static List<String> in(byte[] body) {
        List<String> ids = new ArrayList<>();
        if (mayMention(body)) {
            gather(Json.lenient(body), ids);
        }
        return ids;
    }

    /** Whether a form's field of this name has an id: {@code file_id}, {@code file_ids[]}, {@code image[file_id]}. */
    public static boolean isField(String name) {
        return Arrays.stream(name.split("[\\[\\].]")).anyMatch(FIELDS::contains);
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
        boolean ran = node.path("type").asText().equals(RAN);
        node.properties().forEach(field -> {
            if (FIELDS.contains(field.getKey()) && !ran) {
                add(field.getValue(), ids);
            }
            if (!ONLY_SAID.contains(field.getKey()) && !field.getKey().endsWith("schema")) {
                gather(field.getValue(), ids);
            }
        });
        if (node.isArray()) {
            node.forEach(child -> gather(child, ids));
        }
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
     * @return null where nobody is known to hold any of it
     * @throws InvalidRequest if it was made for another caller, or nobody knows for whom and the caller may name only what
     *     is its own, or it is too much to look up
     */
    public static @Nullable String holder(List<String> ids, Holders holders, RawRequest request) throws InvalidRequest {
        if (ids.isEmpty()) {
            return null;
        }
        Map<String, Holders.Holder> known = holders.find(ids, request.received());
        String holder = null;
        for (String id : ids) {
            Holders.Holder its = known.get(id);
            if (its == null ? request.knownOnly() : !its.isFor(request.caller())) {
                throw new InvalidRequest(ApiError.invalidRequest(
                        "Nothing of the name '" + shown(id) + "' is known here.", null, "not_found"));
            }
            holder = its == null ? holder : its.provider();
        }
        return holder;
    }

    /** What is too long for an id is not repeated. */
    public static String shown(String id) {
        return Holders.couldBe(id) ? id : id.substring(0, Math.min(id.length(), SHOWN)) + "...";
    }
}
