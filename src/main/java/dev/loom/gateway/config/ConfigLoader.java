package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.KnownKeys;
import dev.loom.gateway.config.yaml.Overlay;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Source;
import dev.loom.gateway.config.yaml.Suggestion;
import dev.loom.gateway.config.yaml.Variables;
import dev.loom.gateway.config.yaml.WrongKind;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.YamlParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: parses each file, lays the later files over the earlier ones, substitutes variables,
 * validates and binds. Reports everything that is wrong at once.
 */
public final class ConfigLoader {

    private static final String ROOT = "ai_gateway";

    /** A top-level key that begins with this is a place for YAML anchors, and not read. */
    private static final String EXTENSION = "x-";

    private final Function<String, @Nullable String> variables;

    /**
     * Takes variables from a function.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     */
    public ConfigLoader(Function<String, @Nullable String> variables) {
        this.variables = variables;
    }

    /** Takes variables from the environment, and those not found there from the Java system properties. */
    public static ConfigLoader ofEnvironment() {
        return new ConfigLoader(name -> {
            String value = System.getenv(name);
            return value != null ? value : System.getProperty(name);
        });
    }

    /**
     * Loads the files at these locations.
     *
     * @param locations bare paths, {@code file:} or {@code classpath:}; at least one, each laid over those before it
     * @throws ConfigException where anything is wrong
     */
    public LoadedConfig load(List<String> locations) throws ConfigException {
        List<Source> sources = locations.stream().map(Source::of).toList();
        Problems problems = new Problems(sources.stream().map(Source::name).toList());
        Mapping root = merged(sources, problems);
        checkTopLevel(root, problems);
        Mapping written = (Mapping) Objects.requireNonNull(root.value(ROOT));
        Mapping gateway =
                KeysFile.laidInto(new Variables(variables, written, problems).substituteIn(written), problems);
        GatewayConfig config = new GatewayReader(problems).read(gateway);
        problems.throwIfAny();
        new Advice(config, gateway, problems).give();
        return new LoadedConfig(config, problems.warnings(), files(sources, gateway), EffectiveConfig.of(config));
    }

    private static Mapping merged(List<Source> sources, Problems problems) throws ConfigException {
        List<Mapping> trees = new ArrayList<>();
        for (Source source : sources) {
            Mapping tree = tree(source, problems);
            if (tree != null) {
                trees.add(tree);
            }
        }
        if (trees.size() < sources.size()) {
            problems.throwIfAny();
        }
        return trees.stream()
                .reduce(Overlay::of)
                .orElseThrow(() -> new IllegalArgumentException("No location of a configuration file is given"));
    }

    /** A map with a map under the root key, or null after a problem was reported. */
    private static @Nullable Mapping tree(Source source, Problems problems) {
        String text = source.read(problems);
        Yaml tree = text == null ? null : new YamlParser(source, problems).parse(text);
        if (tree == null) {
            return null;
        }
        if (tree.isNull()) {
            problems.error(source.start(), "this file is empty; it must hold a map with the key " + ROOT);
        } else if (!(tree instanceof Mapping map)) {
            problems.error(tree.at(), "this file must hold a map with the key " + ROOT + ", not " + tree.kind());
        } else if (map.value(ROOT) instanceof Mapping gateway) {
            new GatewayReader(problems).checkDuplicates(gateway);
            return map;
        } else {
            reportRoot(map, problems);
        }
        return null;
    }

    private static void reportRoot(Mapping map, Problems problems) {
        Yaml value = map.value(ROOT);
        if (value != null) {
            problems.error(value.at(), "must be a map, not " + value.kind() + WrongKind.mend(value, "a map"));
            return;
        }
        List<Entry> misplaced = map.entries().entrySet().stream()
                .filter(entry -> KnownKeys.isIn(ROOT, entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (misplaced.isEmpty() || map.entries().containsKey(ROOT)) {
            problems.error(map.at().key(ROOT), "is required, with everything else below it");
            checkTopLevel(map, problems);
        } else {
            problems.error(
                    misplaced.get(0).at(),
                    "the line " + ROOT + ": is missing above it; write it first, and indent everything below it by two"
                            + " spaces");
        }
    }

    private static void checkTopLevel(Mapping root, Problems problems) {
        root.entries().forEach((key, entry) -> {
            if (!key.equals(ROOT) && !key.startsWith(EXTENSION)) {
                problems.error(entry.at(), unknownAtTop(key));
            }
        });
    }

    private static String unknownAtTop(String key) {
        return KnownKeys.isIn(ROOT, key)
                ? "unknown key; it belongs under " + ROOT + ": indent it by two spaces"
                : "unknown key"
                        + Suggestion.of(key, List.of(ROOT), "allowed here: " + ROOT + ", " + EXTENSION + "<anything>");
    }

    private static List<Path> files(List<Source> sources, Mapping gateway) {
        return Stream.concat(sources.stream().map(Source::path), Stream.ofNullable(KeysFile.in(gateway)))
                .filter(Objects::nonNull)
                .toList();
    }
}
