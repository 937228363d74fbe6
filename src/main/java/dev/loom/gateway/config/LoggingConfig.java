package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;

/** {@code logging}: {@code format} is text or json; {@code prompts} true writes prompts and completions to the log. */
public record LoggingConfig(String format, boolean prompts) {

    static LoggingConfig read(Section s) {
        return new LoggingConfig(
                s.get("format", Types.choice(false, "text", "json"), "text"), s.get("prompts", Types.FLAG, false));
    }
}
