package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.Map;
import java.util.Set;

/** What has come of a streamed tool call before all of its name: until then no client can do anything with it. */
final class EarlyPieces {

    private final HeldBack held;
    private final ObjectNode other = Json.object();
    private final ObjectNode place = Json.object();
    private String name = "";
    private StringBuilder text = new StringBuilder();
    private String kind = ToolCall.FUNCTION;
    private boolean hasText;
    private boolean textAfterName;
    private long bytes;

    /** @param held counts what waits here, too */
    EarlyPieces(HeldBack held) {
        this.held = held;
        held.addEntry();
    }

    /** @throws UnreadableAnswer if too much would have to wait */
    void add(ObjectNode entry) throws UnreadableAnswer {
        kind = ToolCall.kind(entry);
        String piece = ToolCall.name(entry);
        String more = ToolCall.said(entry);
        textAfterName |= !name.isEmpty() && piece.isEmpty() && !more.isBlank();
        name = nameWith(piece);
        text.append(more);
        hasText |= !more.isBlank();
        long size = HeldBack.size(piece) + HeldBack.size(more);
        for (Map.Entry<String, JsonNode> member : entry.properties()) {
            JsonNode value = member.getValue();
            if (!member.getKey().equals(kind)
                    && (value.isContainerNode() || !value.asText("").isEmpty())) {
                size += HeldBack.size(member.getKey(), value);
                JsonNode before = other.replace(member.getKey(), value);
                size -= before == null ? 0 : HeldBack.size(member.getKey(), before);
            }
        }
        hold(size);
    }

    /** Some servers repeat what has come of it. */
    private String nameWith(String piece) {
        return name.isEmpty() || piece.startsWith(name) ? piece : name + piece;
    }

    /**
     * Whether what brings a part of a name belongs to this call, which has a part of its own.
     *
     * @param anotherId whether it has an id that is not this call's
     * @param sameIndex whether it has an index, which is this call's
     */
    boolean goesOn(String piece, boolean anotherId, boolean sameIndex, Set<String> tools) {
        String more = nameWith(piece);
        if (tools.stream().anyMatch(tool -> tool.startsWith(more))) {
            return !anotherId || !hasText; // some servers make up an id for every delta
        }
        return !anotherId && sameIndex && !hasText && !tools.contains(piece);
    }

    private void hold(long more) throws UnreadableAnswer {
        bytes += more;
        held.add(more);
        refuseTooMuch(held);
    }

    static void refuseTooMuch(HeldBack held) throws UnreadableAnswer {
        if (held.isTooMuch()) {
            throw new UnreadableAnswer("The provider mixed the pieces of its answer: more than " + HeldBack.limit()
                    + " of it would have to wait for the name of a tool call.");
        }
    }

    /** @param tools of the request: what one of their names begins with may go on */
    boolean isNamed(Set<String> tools) {
        return !name.isEmpty() && (textAfterName || isWhole(name, tools));
    }

    /** False if it is the beginning of a tool's name, and of no tool the whole one. */
    static boolean isWhole(String name, Set<String> tools) {
        return !name.isEmpty() && (tools.contains(name) || tools.stream().noneMatch(tool -> tool.startsWith(name)));
    }

    boolean hasName() {
        return !name.isEmpty();
    }

    /** Whether anything has come that could be of a call; an id alone is not. */
    boolean saysSomething() {
        return !name.isEmpty() || hasText;
    }

    boolean hasId() {
        return Repair.hasText(other, "id");
    }

    /** Where the client is told of the call: empty until it is known what. */
    ObjectNode place() {
        return place;
    }

    /** Puts everything into the place. It still waits for what stands before it. */
    void fill() {
        place.setAll(other);
        place.putObject(kind)
                .put("name", name)
                .put(kind.equals(ToolCall.FUNCTION) ? "arguments" : "input", text.toString());
        text = new StringBuilder();
    }

    /** Nothing of it waits any more. */
    void release() {
        held.release(bytes);
        held.releaseEntry();
    }
}
