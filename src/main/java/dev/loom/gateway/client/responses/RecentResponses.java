package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.client.Room;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Responses that clients may go on from, in memory: for a day, and as long as there is room; the one that was asked for
 * the longest ago goes first. Each belongs to the caller that it was made for. Thread-safe.
 */
public final class RecentResponses {

    /** OpenAI keeps them for 30 days; a conversation that somebody is still at needs hours. */
    static final Duration KEPT = Duration.ofHours(24);

    /**
     * All as JSON.
     *
     * @param before the items of the conversation that the request has gone on from
     * @param input those of the request itself
     */
    private record Kept(Instant until, Part before, Part input, Part response) {

        /** A conversation is copied, so that what is kept does not change with the request. */
        ArrayNode conversation(Room room) throws InvalidRequest {
            room.require(before.weight(2) + input.weight(2) + response.weight(2));
            ArrayNode output = (ArrayNode) response.read().path("output");
            return ((ArrayNode) before.read()).addAll((ArrayNode) input.read()).addAll(output);
        }

        byte[] inputItems(String id, Lookup query, Room room) throws InvalidRequest {
            room.require(input.weight(1));
            InputItems.Page page = InputItems.page((ArrayNode) input.read(), id, query);
            room.require(page.size() * InputItems.ADDED);
            return Json.bytes(page.json());
        }

        Output output(Room room) throws InvalidRequest {
            long weight = response.weight(1);
            room.require(weight);
            return new Output(response.read().path("output"), weight);
        }

        long size() {
            return (long) before.json.length + input.json.length + response.json.length;
        }
    }

    /** @param excess bytes that its tree takes, as {@link Json#excess} counts them: once, since they may be asked for often */
    private record Part(byte[] json, long excess) {

        static Part of(JsonNode tree) {
            byte[] json = Json.bytes(tree);
            return new Part(json, Json.excess(Json.marks(json, 0, json.length), json.length));
        }

        /** Of the provider's request, of what is kept of it, and of the texts in the tree; and {@code trees} times its nodes. */
        long weight(int trees) {
            return 3L * json.length + trees * excess;
        }

        JsonNode read() {
            return Json.lenient(json);
        }
    }

    /** Of two clients whose responses have one id, as some providers give them, each has its own. */
    private record Key(@Nullable String caller, String id) {}

    private final LongSupplier mostBytes;
    private final Map<Key, Kept> responses = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param mostBytes that all of them together may take; 0 keeps none */
    public RecentResponses(LongSupplier mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Whether any is kept at all. */
    public boolean isOn() {
        return mostBytes.getAsLong() > 0;
    }

    /** @param before the items of the conversation that the request has gone on from */
    void keep(@Nullable String caller, Instant now, ArrayNode before, ArrayNode input, ObjectNode response) {
        Key key = new Key(caller, response.path("id").asText());
        keep(key, new Kept(now.plus(KEPT), Part.of(before), Part.of(input), Part.of(response)));
    }

    private synchronized void keep(Key key, Kept kept) {
        remove(key);
        responses.put(key, kept);
        bytes += kept.size();
        for (Iterator<Kept> eldest = responses.values().iterator();
                eldest.hasNext() && bytes > mostBytes.getAsLong(); ) {
            bytes -= eldest.next().size();
            eldest.remove();
        }
    }

    /**
     * The response as its client has got it; null where it is not known, or another's.
     *
     * @throws InvalidRequest if there is no room to send it
     */
    public byte @Nullable [] response(String id, @Nullable String caller, Instant now, Room room)
            throws InvalidRequest {
        Kept kept = find(id, caller, now);
        if (kept != null) {
            room.require(kept.response.json.length);
        }
        return kept == null ? null : kept.response.json;
    }

    /**
     * What a response has said.
     *
     * @param weight bytes that were taken for it
     */
    record Output(JsonNode items, long weight) {

        /** Null where none has this id. */
        @Nullable
        JsonNode item(String id) {
            for (JsonNode item : items) {
                if (item.path("id").asText().equals(id)) {
                    return item;
                }
            }
            return null;
        }
    }

    /**
     * The output of a response; null where it is not known, or another's.
     *
     * @throws InvalidRequest if there is no room to look at it
     */
    @Nullable
    Output output(String id, @Nullable String caller, Instant now, Room room) throws InvalidRequest {
        Kept kept = find(id, caller, now);
        return kept == null ? null : kept.output(room);
    }

    /**
     * A page of the items of the response's own request; null where it is not known, or another's.
     *
     * @throws InvalidRequest if there is no room for it
     */
    public byte @Nullable [] inputItems(String id, @Nullable String caller, Instant now, Lookup query, Room room)
            throws InvalidRequest {
        Kept kept = find(id, caller, now);
        return kept == null ? null : kept.inputItems(id, query, room);
    }

    /** @return whether it was there */
    public synchronized boolean delete(String id, @Nullable String caller, Instant now) {
        boolean there = find(id, caller, now) != null;
        if (there) {
            remove(new Key(caller, id));
        }
        return there;
    }

    /**
     * The whole conversation up to that response and with it; null where it is not known, or another's.
     *
     * @throws InvalidRequest if there is no room for it
     */
    @Nullable
    ArrayNode conversation(String id, @Nullable String caller, Instant now, Room room) throws InvalidRequest {
        Kept kept = find(id, caller, now);
        return kept == null ? null : kept.conversation(room);
    }

    private synchronized @Nullable Kept find(String id, @Nullable String caller, Instant now) {
        Key key = new Key(caller, id);
        Kept kept = responses.get(key);
        if (kept != null && now.isAfter(kept.until)) {
            remove(key);
            return null;
        }
        return kept;
    }

    private void remove(Key key) {
        Kept old = responses.remove(key);
        bytes -= old == null ? 0 : old.size();
    }
}
