package dev.loom.gateway.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects everything that is wrong, so that it can be reported at once. The same problem counts once. */
final class Problems {

    private final List<String> files;
    private final Set<Problem> errors = new LinkedHashSet<>();
    private final Set<Problem> warnings = new LinkedHashSet<>();

    /** @param files the order in which the problems of several files are reported */
    Problems(List<String> files) {
        this.files = files;
    }

    void error(Place at, String message) {
        errors.add(problem(at, message));
    }

    void warning(Place at, String message) {
        warnings.add(problem(at, message));
    }

    /** Whether no error concerns this path or what is below it. */
    boolean noneAt(String path) {
        return errors.stream().noneMatch(error -> error.path().startsWith(path));
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(sorted(errors));
        }
    }

    List<Problem> warnings() {
        return sorted(warnings);
    }

    private List<Problem> sorted(Set<Problem> problems) {
        Comparator<Problem> byFile = Comparator.comparingInt(problem -> files.indexOf(problem.file()));
        return problems.stream()
                .sorted(byFile.thenComparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    private static Problem problem(Place at, String message) {
        return new Problem(at.file(), at.line(), at.column(), at.path(), message);
    }
}
