package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/** Configuration files for one test, in a directory of its own. Problems in them begin with the file's bare name. */
@NullUnmarked
final class ConfigFiles {

    private final Path directory;
    private final Map<String, String> variables;

    ConfigFiles(Path directory, Map<String, String> variables) {
        this.directory = directory;
        this.variables = variables;
    }

    static ConfigFiles in(Path directory) {
        return new ConfigFiles(directory, Map.of("KEY", "sk-from-the-environment", "PORT", "5"));
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lays the texts over each other as the files 1.yaml, 2.yaml and so on. */
    LoadedConfig load(String... texts) {
        try {
            return new ConfigLoader(variables::get).load(locations(texts));
        } catch (ConfigException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** The lines of the error, without the directory. */
    List<String> errors(String... texts) {
        return problems(locations(texts));
    }

    /** The lines of the error about files that a test has written itself. */
    List<String> problems(List<String> locations) {
        ConfigException e = failure(locations);
        return e == null ? List.of() : relative(e.problems());
    }

    ConfigException failure(String... texts) {
        return failure(locations(texts));
    }

    private ConfigException failure(List<String> locations) {
        ConfigLoader loader = new ConfigLoader(variables::get);
        return catchThrowableOfType(ConfigException.class, () -> loader.load(locations));
    }

    List<String> warnings(String... texts) {
        return relative(load(texts).warnings());
    }

    private List<String> locations(String... texts) {
        List<String> locations = new ArrayList<>();
        for (String text : texts) {
            locations.add(write(locations.size() + 1 + ".yaml", text).toString());
        }
        return locations;
    }

    private List<String> relative(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }
}
