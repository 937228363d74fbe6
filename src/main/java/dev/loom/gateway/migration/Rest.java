package dev.loom.gateway.migration;

import java.util.Set;
import java.util.stream.Stream;

/** Notes every key of a file that nobody has read and nothing was said about. */
final class Rest {

    /** Their keys are noted one by one, even if none of them was read. */
    private static final Set<String> SECTIONS = Set.of("", "router_settings", "litellm_settings", "general_settings");

    private final Notes notes;

    Rest(Notes notes) {
        this.notes = notes;
    }

    void note(Item item, String key) {
        if (item.isRead() || notes.isAbout(item) || !item.isWritten()) {
            return;
        }
        if (SECTIONS.contains(item.path()) || hasKnown(item)) {
            item.forEach((name, below) -> note(below, name));
            item.items().forEach(below -> note(below, key));
            return;
        }
        notes.lost(item, Equivalents.of(key, none(item.path())));
    }

    /** Whether anything below is read, or something was said about it. */
    private boolean hasKnown(Item item) {
        return Stream.concat(item.entries().values().stream(), item.items().stream())
                .anyMatch(below -> below.isRead() || notes.isAbout(below) || hasKnown(below));
    }

    private static String none(String path) {
        if (path.contains(".model_info")) {
            return "the gateway needs no such information; a model's own limits are models[].context and max_output";
        }
        return path.contains(".litellm_params.")
                ? "the gateway has no such setting for a provider"
                : "the gateway has no such setting";
    }
}
