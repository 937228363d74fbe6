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
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.SimpleRegistry;

/** {@code --validate}: every problem of the configuration, or what will be used of it. */
final class Validation {

    /** Settings by which Camel finds routes and beans in Java. */
    private static final Pattern JAVA = Pattern.compile(
            "camel\\.main\\.(basePackageScan|routesBuilders|configurationClasses)", Pattern.CASE_INSENSITIVE);

    private static final Pattern BEAN = Pattern.compile("camel\\.beans\\.(\\w+)");

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
        List<String> unfit = RoutesDirectory.problems(installation);
        if (!unfit.isEmpty()) {
            return unfit;
        }
        List<Path> routes = installation.routeFiles().stream()
                .filter(file -> file.toString().endsWith(".camel.yaml"))
                .toList();
        List<Path> edited = routes.stream().filter(file -> !isShipped(file)).toList();
        if (edited.isEmpty()) {
            return List.of();
        }
        Properties settings = CamelFiles.settings(installation.properties());
        Set<String> beans = beans(settings);
        boolean whole = settings.stringPropertyNames().stream()
                .noneMatch(name -> JAVA.matcher(name.replace("-", "")).lookingAt());
        RouteCheck check = new RouteCheck(routes, installation.kamelets(), beans, settings, whole);
        return edited.stream()
                .flatMap(file -> check.problems(file).stream().map(problem -> file + ": " + problem))
                .toList();
    }

    /** Names of the gateway's own, which are the same for any configuration, and of those in Camel's settings. */
    private static Set<String> beans(Properties settings) {
        SimpleRegistry registry = new SimpleRegistry();
        LoadedConfig any = Installer.load(List.of(Installation.DEMO));
        new Installer(new DefaultCamelContext(), any, List.of()).beans().bind(registry, null);
        Set<String> names = new TreeSet<>(registry.keySet());
        names.add("loomAdminReload");
        settings.stringPropertyNames().stream()
                .map(BEAN::matcher)
                .filter(Matcher::lookingAt)
                .forEach(bean -> names.add(bean.group(1)));
        return names;
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
