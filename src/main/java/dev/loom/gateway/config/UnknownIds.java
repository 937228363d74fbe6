package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.util.Locale;

/**
 * {@code server.unknown_ids}: what happens to a request about a file, a response or the like that nobody is known to have
 * made: another client of the same provider's account may have.
 */
public enum UnknownIds {
    /** Refused where there are several client keys, and for a key for some models. */
    AUTO,
    PASS,
    REFUSE;

    static UnknownIds read(Section s) {
        return valueOf(s.get("unknown_ids", Types.choice(false, "auto", "pass", "refuse"), "auto")
                .toUpperCase(Locale.ROOT));
    }

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
