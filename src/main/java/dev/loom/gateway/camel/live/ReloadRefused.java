package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.Problem;
import java.util.List;

/** A configuration that cannot take the place of the one in force, which stays. */
public final class ReloadRefused extends Exception {

    private final transient List<String> errors;

    public ReloadRefused(String error) {
        super(error);
        this.errors = List.of(error);
    }

    public ReloadRefused(ConfigException cause) {
        super(cause.getMessage(), cause);
        this.errors = cause.problems().stream().map(Problem::toString).toList();
    }

    /** Never empty. */
    public List<String> errors() {
        return errors;
    }
}
