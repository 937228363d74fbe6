package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;

/** Names of keys with dots between them, the way to a value; {@code *} stands for every entry of a list or an object. */
record JsonPath(List<String> steps) {

    private static final String EVERY = "*";

    static JsonPath of(String text) {
        return new JsonPath(List.of(text.split("\\.")));
    }

    String first() {
        return steps.get(0);
    }

    String last() {
        return steps.get(steps.size() - 1);
    }

    /** Steps up to the last {@code *}, that one included; 0 where there is none. */
    int stars() {
        return steps.lastIndexOf(EVERY) + 1;
    }

    JsonPath from(int step) {
        return new JsonPath(steps.subList(step, steps.size()));
    }

    JsonPath until(int step) {
        return new JsonPath(steps.subList(0, step));
    }

    /** Visits the objects that may hold the value, which are there already. */
    void parents(JsonNode root, Consumer<ObjectNode> visitor) {
        walk(root, 0, steps.size() - 1, false, visitor);
    }

    /** As {@link #parents}, and makes those that are missing behind the last {@code *}. */
    void madeParents(JsonNode root, Consumer<ObjectNode> visitor) {
        walk(root, 0, steps.size() - 1, true, visitor);
    }

    /** Visits the objects at the end of the way. */
    void ends(JsonNode root, Consumer<ObjectNode> visitor) {
        walk(root, 0, steps.size(), false, visitor);
    }

    private void walk(JsonNode node, int step, int end, boolean making, Consumer<ObjectNode> visitor) {
        if (step == end) {
            if (node instanceof ObjectNode object) {
                visitor.accept(object);
            }
        } else if (steps.get(step).equals(EVERY)) {
            for (JsonNode child : node) {
                walk(child, step + 1, end, making, visitor);
            }
        } else {
            String name = steps.get(step);
            boolean missing = making && step >= stars() && node instanceof ObjectNode && !node.hasNonNull(name);
            walk(missing ? ((ObjectNode) node).putObject(name) : node.path(name), step + 1, end, making, visitor);
        }
    }
}
