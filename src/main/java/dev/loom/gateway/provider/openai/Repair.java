package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;

/** Brings a tree to the contract and remembers whether it had to: what was right is passed on byte for byte. */
final class Repair {

    private boolean changed;

    boolean changed() {
        return changed;
    }

    public void set(ObjectNode node, String key, JsonNode value) {
        if (!value.equals(node.get(key))) {
            node.set(key, value);
            changed = true;
        }
    }

    public void text(ObjectNode node, String key, String value) {
        set(node, key, TextNode.valueOf(value));
    }

    public void number(ObjectNode node, String key, long value) {
        JsonNode present = node.path(key);
        if (!present.isIntegralNumber() || !present.canConvertToLong() || present.longValue() != value) {
            node.put(key, value);
            changed = true;
        }
    }

    public void textIfMissing(ObjectNode node, String key, String value) {
        if (!hasText(node, key)) {
            text(node, key, value);
        }
    }

    public void nullIfMissing(ObjectNode node, String key) {
        if (!node.has(key)) {
            set(node, key, NullNode.getInstance());
        }
    }

    public void remove(ObjectNode node, String key) {
        changed |= node.remove(key) != null;
    }

    void remove(ArrayNode array, int position) {
        array.remove(position);
        changed = true;
    }

    /** The object under a key; an empty one is put there if there is none. */
    public ObjectNode object(ObjectNode node, String key) {
        if (!node.path(key).isObject()) {
            set(node, key, Json.object());
        }
        return (ObjectNode) node.path(key);
    }

    /** The bytes as they came if nothing was changed and nothing about them disturbs a reader; else the tree's. */
    public byte[] bytes(ObjectNode tree, byte[] original) {
        boolean plain = original.length > 1 && original[0] == '{' && original[1] != 0;
        return changed || !plain ? Json.bytes(tree) : original;
    }

    static boolean hasText(JsonNode node, String key) {
        return node.path(key).isTextual() && !node.path(key).textValue().isEmpty();
    }

    /** A reason of OpenAI's, and beside it the server's own where that says more. */
    void finishReason(ObjectNode choice, String reason) {
        ObjectNode own = FinishReasons.own(choice.path("finish_reason"));
        if (own != null) {
            set(choice, FinishReasons.OWN, own);
        }
        text(choice, "finish_reason", reason);
    }
}
