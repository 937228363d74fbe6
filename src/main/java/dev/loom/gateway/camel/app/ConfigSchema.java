package dev.loom.gateway.camel.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Objects;

/** {@code --schema}: the JSON Schema of the configuration, for editors and for tools that write it. */
final class ConfigSchema {

    private static final String FILE = "/schema/ai-gateway.schema.json";

    private ConfigSchema() {}

    /** @return the exit code */
    static int print(PrintStream out) throws IOException {
        try (InputStream in = Objects.requireNonNull(ConfigSchema.class.getResourceAsStream(FILE), FILE)) {
            in.transferTo(out);
        }
        return 0;
    }
}
