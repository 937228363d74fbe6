package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What filters and moderators say of a prompt and its answer. In streams it comes in chunks without choices, or with
 * choices that have ended, neither of which all clients take. So it goes along with the next chunk, and what comes after
 * the end of an answer with that end.
 */
final class Verdicts {

    private static final List<String> OF_THE_WHOLE =
            List.of("prompt_filter_results", "prompt_annotations", "moderation");
    private static final List<String> OF_A_CHOICE = List.of("content_filter_results", "content_filter_offsets");

    private final ObjectNode ofTheWhole = Json.object();
    private final ObjectNode ofAChoice = Json.object();
    private boolean expected;
    private @Nullable ObjectNode end;
    private byte[] endData = {};
    private boolean endHasContent;

    /** @param expected whether the client has asked for some */
    Verdicts(boolean expected) {
        this.expected = expected;
    }

    /** Whether more of them may follow the end of the answer. */
    boolean mayFollow() {
        return expected;
    }

    /** Keeps the end of an answer back until nothing more can follow it. */
    void hold(ObjectNode chunk, byte[] data, boolean content) {
        end = chunk;
        endData = data;
        endHasContent = content;
    }

    /** Passes on the end that was kept back, if there is one, and with it what has followed. */
    void release(ChunkSink sink) {
        if (end != null) {
            Repair repair = new Repair();
            addTo(end, repair);
            sink.chunk(repair.bytes(end, endData), endHasContent);
            end = null;
        }
    }

    /** Takes them from a chunk that is not passed on. */
    void take(ObjectNode chunk) {
        move(chunk, OF_THE_WHOLE, ofTheWhole);
        for (JsonNode choice : chunk.path("choices")) {
            move(choice, OF_A_CHOICE, ofAChoice);
        }
        expected |= !ofTheWhole.isEmpty();
    }

    private static void move(JsonNode from, List<String> keys, ObjectNode to) {
        for (String key : keys) {
            if (from.hasNonNull(key)) {
                to.set(key, from.get(key));
            }
        }
    }

    /** Adds those that were taken since the last time. */
    void addTo(ObjectNode chunk, Repair repair) {
        add(ofTheWhole, chunk, repair);
        if (chunk.path("choices").path(0) instanceof ObjectNode choice) {
            add(ofAChoice, choice, repair);
        }
    }

    private static void add(ObjectNode taken, ObjectNode to, Repair repair) {
        taken.properties().forEach(entry -> repair.set(to, entry.getKey(), entry.getValue()));
        taken.removeAll();
    }
}
