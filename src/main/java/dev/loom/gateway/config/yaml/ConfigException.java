package dev.loom.gateway.config.yaml;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** The configuration cannot be used. Carries every problem found; its message is all of them, one per line. */
public final class ConfigException extends Exception {

    private final transient List<Problem> problems;
    private final transient List<Problem> warnings;

    /** @param warnings of what looks wrong beside that */
    ConfigException(List<Problem> problems, List<Problem> warnings) {
        super(problems.stream().map(Problem::toString).collect(joining("\n")));
        this.problems = List.copyOf(problems);
        this.warnings = List.copyOf(warnings);
    }

    /** In the order of the files, and within a file from top to bottom. Never empty. */
    public List<Problem> problems() {
        return problems;
    }

    /** In the same order: those that could be found although something is wrong. */
    public List<Problem> warnings() {
        return warnings;
    }
}
