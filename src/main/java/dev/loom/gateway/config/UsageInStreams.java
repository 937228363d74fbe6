package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.util.Locale;

/** {@code usage_in_streams}: whether a provider is asked to count the tokens of a stream at its end. */
public enum UsageInStreams {
    /** Unless it is known, or was found, to refuse the question. */
    AUTO,
    ALWAYS,
    /** The client's own {@code stream_options} are taken out as well. */
    NEVER;

    static UsageInStreams read(Section s) {
        return valueOf(s.get("usage_in_streams", Types.choice(false, "auto", "always", "never"), "auto")
                .toUpperCase(Locale.ROOT));
    }

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
