package dev.loom.gateway.config;

import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A configuration of token accounting from the few keys that a test cares about. */
public final class Accounting {

    private Accounting() {}

    /** @param keys below {@code token_accounting}, in YAML's flow style without its braces */
    public static TokenAccountingConfig config(String keys) {
        try {
            Path file = Files.createTempFile("accounting", ".yaml");
            Files.writeString(
                    file,
                    "ai_gateway: {providers: [{name: p, type: simulator}], token_accounting: {enabled: true, " + keys
                            + "}}");
            try {
                return new ConfigLoader(name -> null)
                        .load(List.of(file.toString()))
                        .config()
                        .tokenAccounting();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
