package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import java.util.stream.Stream;

/** What to do with a list, a map or a text that stands where another of these is wanted. */
public final class WrongKind {

    private WrongKind() {}

    /** @param wanted "a list", "a map" or "a single value" */
    public static String mend(Yaml value, String wanted) {
        if (value.isNull()) {
            return "";
        }
        return switch (wanted) {
            case "a list" -> value instanceof Mapping map ? entries(map) : "; put [ ] around it";
            case "a map" -> value instanceof Scalar scalar ? keys(scalar) : "; write its keys without dashes";
            default -> value instanceof Mapping ? "" : oneOrSeveral(schemaPath(value));
        };
    }

    /** Some keys have a plural beside them. */
    private static String oneOrSeveral(String path) {
        int end = path.lastIndexOf('.');
        String parent = path.substring(0, Math.max(0, end));
        String key = path.substring(end + 1);
        return Stream.of(key + "s", key + "es")
                .filter(plural -> KnownKeys.isIn(parent, plural))
                .findFirst()
                .map(plural -> "; for several write " + plural + ": [...]")
                .orElse("; write one value, without brackets and dashes");
    }

    /** Entries begin with their name, if they have one. */
    private static String entries(Mapping map) {
        String entry = schemaPath(map) + "[]";
        if (KnownKeys.isIn(entry, "name")) {
            return "; begin each entry with a dash and its name, as in \"- name: a\"";
        }
        return "; begin each entry with a dash"
                + map.entries().keySet().stream()
                        .filter(key -> KnownKeys.isIn(entry, key))
                        .findFirst()
                        .map(key -> ", as in \"- " + key + ": ...\"")
                        .orElse("");
    }

    /** What is written may be a name, or a secret: that of a client key is not shown. */
    private static String keys(Scalar scalar) {
        String path = schemaPath(scalar);
        if (KnownKeys.isIn(path, "key")) {
            return "; write {name: ..., key: ...}";
        }
        String shown = scalar.written() != null ? "..." : scalar.text();
        if (shown.matches("true|false") && KnownKeys.isIn(path, "enabled")) {
            return "; write {enabled: " + shown + "}";
        }
        return Stream.of("provider", "name", "response")
                .filter(key -> KnownKeys.isIn(path, key))
                .findFirst()
                .map(key -> path.endsWith("[]")
                        ? "; write - " + key + ": " + shown
                        : "; write {" + key + ": " + shown + "}")
                .orElse("; write its keys below it, each with a colon and a space, or between { }");
    }

    private static String schemaPath(Yaml value) {
        return value.at().path().replaceAll("\\[\\d+]", "[]");
    }
}
