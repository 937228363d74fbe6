package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Something that stands in a file of YAML, or would stand there.
 *
 * @param node null where nothing is written
 * @param path as {@code model_list[0].litellm_params.model}
 */
record Item(@Nullable Node node, String path) {

    /** From 1; 0 where nothing is written. */
    int line() {
        return node == null
                ? 0
                : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    boolean isWritten() {
        return node != null && !"null".equals(text()) && !"".equals(text());
    }

    /** What stands under the key; of a map alone. */
    Item get(String key) {
        return entries().getOrDefault(key, new Item(null, path + "." + key));
    }

    /** In their order; empty for what is no map. */
    Map<String, Item> entries() {
        Map<String, Item> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    entries.put(key.getValue(), new Item(tuple.getValueNode(), at));
                }
            }
        }
        return entries;
    }

    /** Calls the consumer with every key that is written, and its item. */
    void forEach(BiConsumer<String, Item> consumer) {
        entries().forEach(consumer);
    }

    /** Empty for what is no list. */
    List<Item> items() {
        List<Item> items = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                items.add(new Item(item, path + "[" + items.size() + "]"));
            }
        }
        return items;
    }

    /** Null for a map, a list and nothing. */
    @Nullable
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    /** Null for what is no whole number from 0 to 2 147 483 647. */
    @Nullable
    Integer number() {
        String text = text();
        return text != null && text.matches("\\d{1,9}(\\.0+)?") ? (Integer) (int) Double.parseDouble(text) : null;
    }

    /** As JSON has it: a map, a list, a text, a number, a boolean, or null. */
    @Nullable
    Object plain() {
        if (node instanceof MappingNode) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            forEach((key, item) -> map.put(key, item.plain()));
            return map;
        }
        if (node instanceof SequenceNode) {
            List<@Nullable Object> list = new ArrayList<>();
            items().forEach(item -> list.add(item.plain()));
            return list;
        }
        return node instanceof ScalarNode scalar ? Variables.scalar(scalar) : null;
    }
}
