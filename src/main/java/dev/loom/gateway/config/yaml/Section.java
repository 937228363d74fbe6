package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import dev.loom.gateway.config.yaml.Yaml.Unreadable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map of the file, while it is read. Every key that is asked for becomes an allowed one; what is left over when the
 * reader is done is reported as unknown. A value that cannot be read is reported, and then taken as not written. Long, because
 * each way to read a key has one short method, and all of them share the keys that were asked for.
 */
public final class Section {

    private final Mapping mapping;
    private final Problems problems;
    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> taken = new LinkedHashSet<>();

    public Section(Mapping mapping, Problems problems) {
        this.mapping = mapping;
        this.problems = problems;
    }

    public Mapping mapping() {
        return mapping;
    }

    /** Where the key's value stands, or would stand. */
    public Place place(String key) {
        Yaml value = mapping.value(key);
        return value != null ? value.at() : mapping.at().key(key);
    }

    /** Where the key itself stands; for keys that are there. */
    public Place keyPlace(String key) {
        Entry entry = mapping.entries().get(key);
        return entry != null ? entry.at() : place(key);
    }

    /** Makes these keys known; true where one of them stands here. */
    public boolean allow(List<String> keys) {
        allowed.addAll(keys);
        return keys.stream().anyMatch(this::has);
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    public void error(String key, String message) {
        problems.error(place(key), message);
    }

    /** At a place that no key of this map names. */
    public void problem(Place at, String message) {
        problems.error(at, message);
    }

    /** For what may be the mere consequence of an error that is reported already. */
    public void errorUnlessReported(String key, String message) {
        if (problems.noneAt(place(key).path())) {
            error(key, message);
        }
    }

    /** Null where the key is missing. */
    public <T> @Nullable T get(String key, ScalarType<T> type) {
        Yaml value = value(key);
        return value == null ? null : scalar(value, type);
    }

    public <T> T get(String key, ScalarType<T> type, T fallback) {
        T value = get(key, type);
        return value != null ? value : fallback;
    }

    /** Reports a missing key, and goes on with the placeholder. */
    public <T> T require(String key, ScalarType<T> type, T placeholder) {
        if (!has(key)) {
            error(key, "is required");
        }
        return get(key, type, placeholder);
    }

    public <T> List<T> list(String key, ScalarType<T> type) {
        return items(key).stream()
                .map(item -> scalar(item, type))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A list whose items are texts or maps. */
    public <S, T> List<T> list(String key, ScalarType<S> type, Function<S, T> named, Function<Section, T> reader) {
        List<T> list = new ArrayList<>();
        for (Yaml item : items(key)) {
            if (item instanceof Mapping map) {
                list.add(new Section(map, problems).read(reader));
            } else {
                S text = scalar(item, type);
                if (text != null) {
                    list.add(named.apply(text));
                }
            }
        }
        return list;
    }

    public <T> List<T> sections(String key, Function<Section, T> reader) {
        List<T> sections = new ArrayList<>();
        for (Yaml item : items(key)) {
            if (item instanceof Mapping map) {
                sections.add(new Section(map, problems).read(reader));
            } else {
                wrongKind(item, "a map");
            }
        }
        return sections;
    }

    /** Reads an empty map where the key is missing. */
    public <T> T section(String key, Function<Section, T> reader) {
        return child(key).read(reader);
    }

    /** Null where the key is missing. */
    public <T> @Nullable T optional(String key, Function<Section, T> reader) {
        Section child = child(key);
        return value(key) instanceof Mapping ? child.read(reader) : null;
    }

    public <T> Map<String, T> map(String key, ScalarType<T> type) {
        return section(key, section -> section.scalars(type));
    }

    /** All keys of this map, whatever they are, each with a scalar value. */
    public <T> Map<String, T> scalars(ScalarType<T> type) {
        Map<String, T> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            taken.add(key);
            T value = scalar(entry.value(), type);
            if (value != null) {
                values.put(key, value);
            }
        });
        return Collections.unmodifiableMap(values);
    }

    /** All keys of this map, whatever they are, each with any value, as {@link Plain} has it. */
    public Map<String, Object> trees() {
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            taken.add(key);
            values.put(key, Plain.of(entry.value()));
        });
        return Collections.unmodifiableMap(values);
    }

    /**
     * All keys of this map, whatever they are, each with a map below it.
     *
     * @param form of such a map, for whoever has written something else
     */
    public <T> Map<String, T> allSections(String form, Function<Section, T> reader) {
        Map<String, T> values = otherSections(reader);
        mapping.entries().forEach((key, entry) -> {
            if (taken.add(key)) {
                wrongKind(entry.value(), "a map", "; write " + form);
            }
        });
        return values;
    }

    /** Those keys that were not asked for and hold a map. */
    public <T> Map<String, T> otherSections(Function<Section, T> reader) {
        Map<String, T> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            if (entry.value() instanceof Mapping map && !allowed.contains(key)) {
                taken.add(key);
                values.put(key, new Section(map, problems).read(reader));
            }
        });
        return Collections.unmodifiableMap(values);
    }

    /** Reads the whole of this section: what the reader did not ask for is unknown. */
    public <T> T read(Function<Section, T> reader) {
        T value = reader.apply(this);
        rejectUnknownKeys();
        return value;
    }

    private void rejectUnknownKeys() {
        String choices = "allowed here: " + String.join(", ", allowed);
        mapping.entries().forEach((key, entry) -> {
            if (!allowed.contains(key) && !taken.contains(key)) {
                String price = PriceHint.of(key, entry.value());
                boolean plural = entry.value() instanceof Mapping && allowed.contains(key + "s");
                String elsewhere = price.isEmpty() && !plural ? KnownKeys.belonging(entry.at(), key, allowed) : price;
                String here = Suggestion.of(key, allowed, choices);
                problems.error(entry.at(), "unknown key" + (elsewhere.isEmpty() ? here : elsewhere));
            }
        });
    }

    private Section child(String key) {
        Yaml value = value(key);
        if (value instanceof Mapping map) {
            return new Section(map, problems);
        }
        if (value != null) {
            wrongKind(value, "a map");
        }
        return new Section(new Mapping(place(key), Map.of()), problems);
    }

    private List<Yaml> items(String key) {
        Yaml value = value(key);
        if (value instanceof Sequence list) {
            return list.items();
        }
        if (value != null) {
            wrongKind(value, "a list");
        }
        return List.of();
    }

    private @Nullable Yaml value(String key) {
        allowed.add(key);
        return mapping.value(key);
    }

    private <T> @Nullable T scalar(Yaml value, ScalarType<T> type) {
        if (!(value instanceof Scalar scalar)) {
            wrongKind(value, "a single value");
            return null;
        }
        try {
            return type.parse(scalar);
        } catch (ScalarType.Invalid invalid) {
            problems.error(value.at(), invalid.getMessage() + ForeignVariable.hint(scalar.text()));
            return null;
        }
    }

    private void wrongKind(Yaml value, String wanted) {
        wrongKind(value, wanted, WrongKind.mend(value, wanted));
    }

    private void wrongKind(Yaml value, String wanted, String mend) {
        if (!(value instanceof Unreadable)) {
            problems.error(value.at(), "must be " + wanted + ", not " + value.kind() + mend);
        }
    }
}
