package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code loom/claude.json}: what is known of the API and its models beyond its language, with sources and a date. */
final class ClaudeFile {

    static final JsonNode JSON = read();

    private ClaudeFile() {}

    private static JsonNode read() {
        try (InputStream in = ClaudeFile.class.getResourceAsStream("/loom/claude.json")) {
            return Json.MAPPER.readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
