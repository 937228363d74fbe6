package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays one tree over another: maps key by key, the list {@code ai_gateway.providers} by {@code name}, every other
 * list and scalar replaced whole. Nodes keep the place they came from.
 */
public final class Overlay {

    private Overlay() {}

    public static Mapping of(Mapping base, Mapping over) {
        Map<String, Entry> entries = new LinkedHashMap<>(base.entries());
        over.entries().forEach((key, entry) -> entries.merge(key, entry, Overlay::merged));
        return new Mapping(base.at(), entries);
    }

    private static Entry merged(Entry base, Entry over) {
        if (base.value() instanceof Mapping below && over.value() instanceof Mapping above) {
            return new Entry(base.at(), of(below, above));
        }
        if (base.value() instanceof Sequence below
                && over.value() instanceof Sequence above
                && above.at().path().equals("ai_gateway.providers")) {
            return new Entry(base.at(), byName(below, above));
        }
        return over;
    }

    private static Sequence byName(Sequence base, Sequence over) {
        List<Yaml> items = new ArrayList<>(base.items());
        for (Yaml item : over.items()) {
            int index = indexOfNamesake(items, item);
            if (index >= 0) {
                items.set(index, of((Mapping) items.get(index), (Mapping) item));
            } else {
                items.add(item);
            }
        }
        return new Sequence(base.at(), items);
    }

    private static int indexOfNamesake(List<Yaml> items, Yaml item) {
        String name = name(item);
        for (int i = 0; i < items.size() && !name.isEmpty(); i++) {
            if (name(items.get(i)).equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static String name(Yaml item) {
        return item instanceof Mapping mapping ? mapping.name() : "";
    }
}
