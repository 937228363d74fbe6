package dev.loom.gateway.config;

import dev.loom.gateway.config.ServerConfig.ApiKey;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code server.api_keys}. A key, and a name, stands there once: of two entries with different rights, nobody could
 * tell which one holds.
 */
final class ApiKeys {

    /** A key or a hash, in the entry that it stands in. */
    private record Known(String owner, Mapping entry, @Nullable Secret key, @Nullable KeyHash hash) {

        boolean isSameAs(Known other) {
            if (hash == null) {
                return other.hash == null ? sameText(key, other.key) : matches(other.hash, key);
            }
            return matches(hash, other.key) || hash.equals(other.hash);
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

    private final Problems problems;
    private final Map<String, Mapping> names = new LinkedHashMap<>();
    private final List<Known> known = new ArrayList<>();

    private ApiKeys(Problems problems) {
        this.problems = problems;
    }

    static List<ApiKey> read(Section server, Problems problems) {
        List<ApiKey> clients = server.sections("api_keys", ApiKey::read);
        List<Mapping> entries = server.mapping().mappings("api_keys");
        ApiKeys all = new ApiKeys(problems);
        for (int i = 0; i < clients.size(); i++) {
            all.check(clients.get(i), entries.get(i));
        }
        return clients;
    }

    private void check(ApiKey client, Mapping entry) {
        String name = client.name();
        Mapping first = name.isEmpty() ? null : names.putIfAbsent(withoutBlanks(name), entry);
        if (first != null) {
            problems.error(
                    place(entry, "name"),
                    "duplicate name of a client key \"" + name.strip() + "\"; the first is in line "
                            + place(first, "name").line() + "; for several keys of one client write one entry with "
                            + (client.allHashes().isEmpty() ? "keys" : "hashes") + ": [...]");
        }
        List<Secret> keys = client.allKeys();
        for (int i = 0; i < keys.size(); i++) {
            check(new Known(name, entry, keys.get(i), null), place(entry, "key", "keys", i, keys.size()));
        }
        List<KeyHash> hashes = client.allHashes();
        for (int i = 0; i < hashes.size(); i++) {
            check(new Known(name, entry, null, hashes.get(i)), place(entry, "hash", "hashes", i, hashes.size()));
        }
    }

    /** Nobody can tell names apart that differ by blanks alone. */
    private static String withoutBlanks(String name) {
        return name.strip().replaceAll("\\s+", " ");
    }

    private void check(Known next, Place at) {
        for (Known before : known) {
            if (before.isSameAs(next)) {
                problems.error(
                        at,
                        before.entry.at().equals(next.entry.at())
                                ? "is a key that stands here already"
                                : "is the same key as that of \"" + before.owner + "\"; a key has one entry");
            }
        }
        known.add(next);
    }

    private static Place place(Mapping entry, String key) {
        Yaml value = entry.value(key);
        return value == null ? entry.at() : value.at();
    }

    /** Of one of several values that could be read; that of all of them where another one could not. */
    private static Place place(Mapping entry, String single, String several, int index, int count) {
        if (entry.value(several) instanceof Sequence list) {
            return list.items().size() == count ? list.items().get(index).at() : list.at();
        }
        return place(entry, single);
    }
}
