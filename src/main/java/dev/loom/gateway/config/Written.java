package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the parts of a configuration stand in its files. */
final class Written {

    private final Mapping tree;

    Written(Mapping tree) {
        this.tree = tree;
    }

    boolean has(String section, String key) {
        return tree.value(section) instanceof Mapping map && map.value(key) != null;
    }

    Place place(ServerConfig.ApiKey key) {
        Stream<Mapping> keys =
                tree.value("server") instanceof Mapping server ? server.mappings("api_keys").stream() : Stream.of();
        return keys.filter(entry -> key.name().equals(entry.name()))
                .map(Mapping::at)
                .findFirst()
                .orElse(tree.at());
    }

    Place place(ProviderConfig provider) {
        return tree.mappings("providers").stream()
                .filter(entry -> provider.name().equals(entry.name()))
                .map(Mapping::at)
                .findFirst()
                .orElse(tree.at());
    }

    /** Where the last of these keys stands, or the innermost that is written. */
    Place place(String... keys) {
        @Nullable Yaml node = tree;
        Place at = tree.at();
        for (String key : keys) {
            Entry entry = node instanceof Mapping map ? map.entries().get(key) : null;
            at = entry != null ? entry.at() : at.key(key);
            node = entry != null ? entry.value() : null;
        }
        return at;
    }
}
