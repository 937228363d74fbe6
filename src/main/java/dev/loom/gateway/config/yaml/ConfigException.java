package dev.loom.gateway.config.yaml;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** The configuration cannot be used. Carries every problem found; its message is all of them, one per line. */
public final class ConfigException extends Exception {

    private final transient List<Problem> problems;

    ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the files, and within a file from top to bottom. Never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
