package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One provider without a configuration file: what would be its entry there, with the same keys and the same checks. */
public final class ProviderSettings {

    private final String owner;
    private final Mapping entry;

    /** @param owner who sets it up, for messages; not empty */
    public ProviderSettings(String owner) {
        this.owner = owner;
        this.entry = new Mapping(place(""), new LinkedHashMap<>());
    }

    /**
     * Sets one key. A blank value counts as not set.
     *
     * @param key as in the file; one of a section is written {@code section.key}
     */
    public void set(String key, String value) {
        int dot = key.indexOf('.');
        Mapping section = dot < 0 ? entry : section(key.substring(0, dot));
        Scalar scalar = new Scalar(place(key), value.strip(), true, null);
        section.entries().put(key.substring(dot + 1), new Entry(place(key), scalar));
    }

    private Mapping section(String key) {
        Mapping empty = new Mapping(place(key), new LinkedHashMap<>());
        return (Mapping) entry.entries()
                .computeIfAbsent(key, missing -> new Entry(place(key), empty))
                .value();
    }

    private Place place(String path) {
        return new Place(owner, 1, 1, path);
    }

    /**
     * The provider, with defaults where nothing is set.
     *
     * @throws ConfigException where anything is wrong; the path of each problem is the key
     */
    public ProviderConfig read() throws ConfigException {
        Problems problems = new Problems(List.of(owner));
        Map<String, Entry> entries = new LinkedHashMap<>(entry.entries());
        Mapping named = new Mapping(entry.at(), entries);
        entries.put("name", new Entry(place("name"), new Scalar(place("name"), owner, false, null)));
        ProviderConfig provider = new Section(named, problems).read(section -> ProviderReader.read(section, 1));
        problems.throwIfAny();
        return provider;
    }
}
