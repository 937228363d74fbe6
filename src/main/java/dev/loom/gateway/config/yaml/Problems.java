package dev.loom.gateway.config.yaml;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects everything that is wrong, so that it can be reported at once. The same problem counts once. */
public final class Problems {

    private final List<String> files;
    private final Set<Problem> errors = new LinkedHashSet<>();
    private final Set<Problem> warnings = new LinkedHashSet<>();
    private final Map<String, EmptyVariable> emptied = new HashMap<>();

    private record EmptyVariable(Place at, String name) {}

    /** @param files the order in which the problems of several files are reported */
    public Problems(List<String> files) {
        this.files = files;
    }

    public void error(Place at, String message) {
        EmptyVariable empty = emptied.get(at.path());
        errors.add(
                empty == null
                        ? problem(at, message)
                        : problem(empty.at, message + "; the variable " + empty.name + " is empty: give it a value"));
    }

    /** A variable that is set, but empty, leaves nothing of the value at this place. */
    public void empty(Place at, String variable) {
        warning(at, "the variable " + variable + " is empty, so this is treated as missing");
        emptied.put(at.path(), new EmptyVariable(at, variable));
    }

    public void warning(Place at, String message) {
        warnings.add(problem(at, message));
    }

    /** Whether no error concerns this path or what is below it. */
    public boolean noneAt(String path) {
        return errors.stream().noneMatch(error -> error.path().startsWith(path));
    }

    public void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw new ConfigException(sorted(errors), warnings());
        }
    }

    public List<Problem> warnings() {
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
