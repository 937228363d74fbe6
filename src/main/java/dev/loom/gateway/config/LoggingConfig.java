package dev.loom.gateway.config;

/** {@code logging}: {@code format} is text or json; {@code prompts} true writes prompts and completions to the log. */
public record LoggingConfig(String format, boolean prompts) {}
