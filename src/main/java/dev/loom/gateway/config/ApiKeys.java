package dev.loom.gateway.config;

import dev.loom.gateway.config.ServerConfig.ApiKey;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code server.api_keys}. A key, and a name, stands there once: of two entries with different rights, nobody could
 * tell which one holds.
 */
final class ApiKeys {

    /** An entry and where it stands. */
    private record Read(ApiKey key, Mapping node) {

        Place at(String name) {
            Yaml value = node.value(name);
            return value == null ? node.at() : value.at();
        }
    }

    private final Problems problems;
    private final List<Read> known = new ArrayList<>();

    private ApiKeys(Problems problems) {
        this.problems = problems;
    }

    static List<ApiKey> read(Section server, Problems problems) {
        List<ApiKey> keys = server.sections("api_keys", ApiKey::read);
        List<Mapping> nodes = server.mapping().mappings("api_keys");
        ApiKeys all = new ApiKeys(problems);
        for (int i = 0; i < keys.size(); i++) {
            all.check(new Read(keys.get(i), nodes.get(i)));
        }
        return keys;
    }

    private void check(Read next) {
        for (Read before : known) {
            if (!next.key().name().isEmpty()
                    && before.key().name().equals(next.key().name())) {
                problems.error(
                        next.at("name"),
                        "duplicate name of a client key \"" + next.key().name() + "\"; the first is in line "
                                + before.at("name").line());
            }
            if (isSame(before.key(), next.key())) {
                problems.error(
                        next.at(next.key().hash() == null ? "key" : "hash"),
                        "is the same key as that of \"" + before.key().name() + "\"; a key has one entry");
            }
        }
        known.add(next);
    }

    private static boolean isSame(ApiKey one, ApiKey other) {
        KeyHash hash = one.hash();
        return hash == null
                ? (other.hash() == null ? sameText(one.key(), other.key()) : matches(other.hash(), one.key()))
                : matches(hash, other.key()) || hash.equals(other.hash());
    }

    private static boolean sameText(@Nullable Secret one, @Nullable Secret other) {
        return one != null && !one.value().isEmpty() && one.equals(other);
    }

    private static boolean matches(@Nullable KeyHash hash, @Nullable Secret key) {
        return key != null
                && Objects.requireNonNull(hash)
                        .hash()
                        .equals(KeyHash.of(hash.salt(), key.value().getBytes(StandardCharsets.UTF_8)));
    }
}
