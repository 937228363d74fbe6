package dev.loom.gateway.config.yaml;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A YAML tree whose every node knows its place. Immutable; keys keep the order of the file. */
public sealed interface Yaml {

    Place at();

    /** As an error message names it. */
    String kind();

    /** A key with an empty value, or with {@code null}, counts as not written. */
    default boolean isNull() {
        return false;
    }

    /**
     * A text, number or boolean.
     *
     * @param plain written without quotes
     * @param written the text before variables were substituted, null where there were none
     */
    record Scalar(Place at, String text, boolean plain, @Nullable String written) implements Yaml {

        private static final Set<String> NULLS = Set.of("~", "null", "Null", "NULL");

        @Override
        public String kind() {
            return isNull() ? "empty" : "text";
        }

        @Override
        public boolean isNull() {
            return text.isEmpty() || (plain && written == null && NULLS.contains(text));
        }

        /** May become a number or a boolean: quoted text is text, unless a variable stood in it. */
        public boolean untyped() {
            return plain || written != null;
        }

        /** For error messages: never the value of a variable, for it may be a secret. */
        public String shown() {
            return '"' + (written != null ? written : text) + '"';
        }
    }

    record Sequence(Place at, List<Yaml> items) implements Yaml {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(Place at, Map<String, Entry> entries) implements Yaml {
        @Override
        public String kind() {
            return "a map";
        }

        public @Nullable Yaml value(String key) {
            Entry entry = entries.get(key);
            return entry == null || entry.value().isNull() ? null : entry.value();
        }

        /** What stands under {@code name}, or nothing. */
        public String name() {
            return value("name") instanceof Scalar scalar ? scalar.text() : "";
        }

        /** The mappings in a list under this key; whatever else stands there is left out. */
        public List<Mapping> mappings(String key) {
            return value(key) instanceof Sequence list
                    ? list.items().stream()
                            .filter(Mapping.class::isInstance)
                            .map(Mapping.class::cast)
                            .toList()
                    : List.of();
        }
    }

    /** A value that was reported already, such as a variable that is not set: nothing that reads it complains again. */
    record Unreadable(Place at) implements Yaml {
        @Override
        public String kind() {
            return "unreadable";
        }
    }

    /** A key with its value; {@code at} is where the key stands. */
    record Entry(Place at, Yaml value) {}
}
