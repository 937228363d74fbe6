package dev.loom.gateway.migration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param read the paths of all items of the file whose value somebody has read
 */
record Item(@Nullable Node node, String path, Set<String> read) {

    Item(@Nullable Node file) {
        this(file, "", new HashSet<>());
    }

    /** From 1; 0 where nothing is written. */
    int line() {
        return node == null
                ? 0
                : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    boolean isWritten() {
        return !(node instanceof ScalarNode scalar)
                ? node != null
                : !List.of("", "null", "~").contains(scalar.getValue());
    }

    boolean isRead() {
        return read.contains(path);
    }

    private void markRead() {
        read.add(path);
    }

    /** What stands under the key; of a map alone. */
    Item get(String key) {
        return entries().getOrDefault(key, new Item(null, path + "." + key, read));
    }

    /** In their order; empty for what is no map. */
    Map<String, Item> entries() {
        Map<String, Item> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    entries.put(key.getValue(), new Item(tuple.getValueNode(), at, read));
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
                items.add(new Item(item, path + "[" + items.size() + "]", read));
            }
        }
        return items;
    }

    /** Null for a map, a list and nothing. */
    @Nullable
    String text() {
        if (node instanceof ScalarNode scalar) {
            markRead();
            return scalar.getValue();
        }
        return null;
    }

    /** As JSON has it: a map, a list, a text, a number, a boolean, or null. */
    @Nullable
    Object plain() {
        markRead();
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
