package dev.loom.gateway.camel.app;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.camel.live.RouteCheck;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code --validate}: every problem of the configuration, or what will be used of it. */
final class Validation {

    private Validation() {}

    /**
     * Checks without opening a port.
     *
     * @param chosen the files; empty where the settings and the installation say which
     * @return the exit code: 0, or 1 with a problem on each line
     */
    static int run(Installation installation, List<String> chosen, PrintStream out) {
        try {
            List<String> locations = chosen.isEmpty() ? ConfigLocations.find(installation) : chosen;
            LoadedConfig loaded = ConfigLoader.ofEnvironment().load(locations);
            if (chosen.isEmpty() && NoConfiguration.isIn(locations)) {
                out.println("warning  " + NoConfiguration.message());
            }
            loaded.warnings().forEach(warning -> out.println("warning  " + warning));
            List<String> routes = routeProblems(installation);
            if (!routes.isEmpty()) {
                routes.forEach(out::println);
                return 1;
            }
            out.println("The configuration is valid: " + String.join(", ", locations)
                    + (locations.size() > 1 ? " (later files override earlier ones)" : ""));
            used(loaded.config()).forEach(out::println);
            return 0;
        } catch (InvalidConfiguration e) {
            out.println(e.getMessage());
            return 1;
        } catch (ConfigException e) {
            e.warnings().forEach(warning -> out.println("warning  " + warning));
            e.problems().forEach(out::println);
            return 1;
        }
    }

    /** Of the files that a start would read. Those that are as they were shipped take time, and have none. */
    static List<String> routeProblems(Installation installation) {
        List<String> missing = RoutesDirectory.problems(installation);
        return !missing.isEmpty()
                ? missing
                : installation.routeFiles().stream()
                        .filter(file -> file.toString().endsWith(".camel.yaml"))
                        .filter(file -> !isShipped(file))
                        .flatMap(file -> RouteCheck.problems(file, installation.kamelets()).stream()
                                .map(problem -> file + ": " + problem))
                        .toList();
    }

    private static boolean isShipped(Path file) {
        try (InputStream in = Validation.class.getResourceAsStream("/loom/routes/" + file.getFileName())) {
            return in != null && Arrays.equals(in.readAllBytes(), UserFile.read(file));
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> used(GatewayConfig config) {
        return config.enabled()
                ? config.providers().stream().map(Validation::used).toList()
                : List.of("ai_gateway.enabled is false: nothing will be opened");
    }

    private static String used(ProviderConfig provider) {
        String models = Stream.concat(provider.modelNames().stream(), provider.deployments().keySet().stream())
                .distinct()
                .collect(Collectors.joining(", "));
        String line = "provider " + provider.name() + ": " + provider.type();
        if (!provider.enabled()) {
            return line + ", not enabled";
        }
        String address = requireNonNullElse(provider.baseUrl(), "");
        return line + (address.isEmpty() ? "" : " at " + address) + ", "
                + (models.isEmpty() ? "any model" : "models " + models);
    }
}
