package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Source;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import dev.loom.gateway.config.yaml.YamlParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code server.api_keys_file}: a file of its own for the entries that name clients by the hashes of their keys. They stand
 * behind those of {@code server.api_keys}.
 */
final class KeysFile {

    private static final String SERVER = "server";
    private static final String KEYS = "api_keys";

    private KeysFile() {}

    /** @return null where the configuration names none */
    static @Nullable Path in(Mapping gateway) {
        Source source = source(gateway);
        return source == null ? null : source.path();
    }

    private static @Nullable Source source(Mapping gateway) {
        return gateway.value(SERVER) instanceof Mapping server && server.value("api_keys_file") instanceof Scalar file
                ? Source.of(file.text())
                : null;
    }

    /** The configuration with the file's entries among its own. */
    static Mapping laidInto(Mapping gateway, Problems problems) {
        Source source = source(gateway);
        if (source == null || !(gateway.value(SERVER) instanceof Mapping server)) {
            return gateway;
        }
        Sequence keys = read(source, problems);
        if (keys == null) {
            return gateway;
        }
        Map<String, Entry> merged = new LinkedHashMap<>(server.entries());
        List<Yaml> items = new ArrayList<>(server.value(KEYS) instanceof Sequence inline ? inline.items() : List.of());
        items.addAll(keys.items());
        merged.put(KEYS, new Entry(keys.at(), new Sequence(keys.at(), items)));
        Map<String, Entry> entries = new LinkedHashMap<>(gateway.entries());
        entries.put(SERVER, new Entry(server.at(), new Mapping(server.at(), merged)));
        return new Mapping(gateway.at(), entries);
    }

    /** The list of keys, or null after a problem was reported. */
    private static @Nullable Sequence read(Source source, Problems problems) {
        String text = source.read(problems);
        Yaml tree = text == null ? null : new YamlParser(source, problems).parse(text);
        if (tree == null) {
            return null;
        }
        if (!(tree instanceof Mapping file)
                || !(file.value(KEYS) instanceof Sequence keys)
                || keys.items().isEmpty()) {
            problems.error(
                    tree.at(), "this file must hold a map with the key " + KEYS + " and at least one entry there");
            return null;
        }
        file.entries().forEach((key, entry) -> {
            if (!key.equals(KEYS)) {
                problems.error(entry.at(), "unknown key; allowed here: " + KEYS);
            }
        });
        file.mappings(KEYS).forEach(entry -> refuseKey(entry, problems));
        return keys;
    }

    private static void refuseKey(Mapping entry, Problems problems) {
        refuse(entry.value("key"), "write the hash of the key here, not the key", problems);
        refuse(entry.value("keys"), "write the hashes of the keys here, as hashes, not the keys", problems);
    }

    private static void refuse(@Nullable Yaml value, String message, Problems problems) {
        if (value != null) {
            problems.error(value.at(), message);
        }
    }
}
