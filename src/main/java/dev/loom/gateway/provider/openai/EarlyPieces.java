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
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private String kind = ToolCall.FUNCTION;
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
        if (name.isEmpty() || !piece.startsWith(name.toString())) {
            name.append(piece);
        } else {
            name.replace(0, name.length(), piece); // some servers repeat what has come of it
        }
        text.append(more);
        for (Map.Entry<String, JsonNode> member : entry.properties()) {
            JsonNode value = member.getValue();
            if (!member.getKey().equals(kind)
                    && (value.isContainerNode() || !value.asText("").isEmpty())) {
                other.set(member.getKey(), value);
            }
        }
        hold(HeldBack.size(piece) + HeldBack.size(more));
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
        return !name.isEmpty() && (textAfterName || isWhole(name.toString(), tools));
    }

    /** False if it is the beginning of a tool's name, and of no tool the whole one. */
    static boolean isWhole(String name, Set<String> tools) {
        return !name.isEmpty() && (tools.contains(name) || tools.stream().noneMatch(tool -> tool.startsWith(name)));
    }

    boolean hasName() {
        return !name.isEmpty();
    }

    /** Whether anything has come that could be of a call. */
    boolean saysSomething() {
        return !name.isEmpty() || !text.toString().isBlank() || Repair.hasText(other, "id");
    }

    /** Puts everything into an empty entry, and nothing waits any more. */
    void putInto(ObjectNode entry) {
        entry.setAll(other);
        entry.putObject(kind)
                .put("name", name.toString())
                .put(kind.equals(ToolCall.FUNCTION) ? "arguments" : "input", text.toString());
        held.release(bytes);
        held.releaseEntry();
    }
}
