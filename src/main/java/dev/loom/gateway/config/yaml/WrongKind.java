package dev.loom.gateway.config.yaml;

import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;

/** What to do with a list, a map or a text that stands where another of these is wanted. */
public final class WrongKind {

    private WrongKind() {}

    /** @param wanted "a list", "a map" or "a single value" */
    public static String mend(Yaml value, String wanted) {
        if (value.isNull()) {
            return "";
        }
        return switch (wanted) {
            case "a list" ->
                value instanceof Mapping
                        ? "; begin each entry with a dash and its name, as in \"- name: a\""
                        : "; put [ ] around it";
            case "a map" ->
                value instanceof Scalar
                        ? "; write its keys below it, each with a colon and a space, or between { }"
                        : "; write its keys without dashes";
            default -> value instanceof Mapping ? "" : "; write one value, without brackets and dashes";
        };
    }
}
