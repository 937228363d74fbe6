package dev.loom.gateway.testing;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;

/**
 * What a running gateway holds on to, by kind and name, and how much of it: two counts are equal where nothing has been
 * left behind. Numbers that Camel, a pool or the system makes up are taken out of the names.
 */
public final class Inventory {

    /** Of the JVM, of the tests' own HTTP client and of Awaitility; these come and go on their own. */
    private static final String NOT_OURS =
            "HttpClient-.*|ForkJoinPool.*|Common-Cleaner|awaitility.*|Attach Listener|.*JFR.*|Keep-Alive.*|process reaper.*";

    private Inventory() {}

    public static Map<String, Long> of(CamelContext camel) {
        return Stream.of(mbeans(), meters(camel), threads(), files(), camels(camel))
                .flatMap(names -> names)
                .map(Inventory::withoutNumbers)
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    /**
     * Each name of which there is more or less than before; none where nothing has come or gone. Of threads and of what is open
     * only more counts: those of earlier tests may end meanwhile.
     */
    public static List<String> differences(Map<String, Long> before, Map<String, Long> now) {
        return Stream.concat(before.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(name -> !Objects.equals(before.get(name), now.get(name)))
                .filter(name ->
                        !name.matches("(thread|open) .*") || now.getOrDefault(name, 0L) > before.getOrDefault(name, 0L))
                .map(name ->
                        name + ": " + before.getOrDefault(name, 0L) + " before, " + now.getOrDefault(name, 0L) + " now")
                .toList();
    }

    private static Stream<String> mbeans() {
        return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
                .map(name -> "mbean " + name);
    }

    private static Stream<String> meters(CamelContext camel) {
        return camel.getRegistry().findSingleByType(MeterRegistry.class).getMeters().stream()
                .map(Meter::getId)
                .map(id -> "meter " + id.getName() + id.getTags());
    }

    private static Stream<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.matches(NOT_OURS))
                .map(name -> "thread " + name);
    }

    /** Sockets, files and whatever else is open; nothing where the system does not show it. */
    private static Stream<String> files() {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.map(Inventory::target).toList().stream().map(name -> "open " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It may have been closed meanwhile. */
    private static String target(Path open) {
        try {
            return Files.readSymbolicLink(open).toString();
        } catch (IOException e) {
            return "nothing any more";
        }
    }

    private static Stream<String> camels(CamelContext camel) {
        ModelCamelContext models = (ModelCamelContext) camel;
        return Stream.of(
                        camel.getRoutes().stream().map(Route::getRouteId).map(id -> "route " + id),
                        models.getRouteDefinitions().stream().map(route -> "definition " + route.getRouteId()),
                        models.getRouteTemplateDefinitions().stream().map(route -> "template " + route.getId()),
                        camel.getEndpoints().stream()
                                .map(Endpoint::getEndpointUri)
                                .map(uri -> "endpoint " + uri),
                        camel.getRegistry().findByTypeWithName(Object.class).keySet().stream()
                                .map(name -> "bean " + name))
                .flatMap(names -> names);
    }

    private static String withoutNumbers(String name) {
        return name.replaceAll("0x\\p{XDigit}+", "N").replaceAll("\\d+", "N");
    }
}
