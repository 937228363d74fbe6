package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.camel.observe.KnownTraffic;
import dev.loom.gateway.camel.request.Facts;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.KameletFile;
import dev.loom.gateway.testing.TestGateway;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.junit.jupiter.api.Test;

/**
 * Every name that users of the gateway rely on, in one file: whoever adds, renames or removes one sees it there as a line.
 * The YAML of the configuration has its own file, the schema.
 */
class PublicSurfaceTest {

    private static final Path PINNED = Path.of("src/test/resources/public-surface.txt");

    @Test
    void every_public_name_stands_in_the_one_file() throws Exception {
        Path now = Path.of("target", "public-surface.txt");
        Files.write(now, names());
        assertThat(Files.readAllLines(now))
                .as("If you mean the change: cp %s %s, and a line in CHANGELOG.md", now, PINNED)
                .containsExactlyElementsOf(Files.readAllLines(PINNED));
    }

    private static List<String> names() throws Exception {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.start(TestGateway.providers("health_check: {enabled: true}", a))) {
            return Stream.of(
                            beans(gateway),
                            routes(gateway),
                            paths(gateway),
                            mbeans(gateway),
                            metrics(),
                            kamelets(),
                            Facts.ALL.stream().map(name -> "property  " + name))
                    .flatMap(names -> new TreeSet<>(names.toList()).stream())
                    .toList();
        }
    }

    private static Stream<String> beans(TestGateway gateway) {
        return gateway.camel().getRegistry().findByTypeWithName(Object.class).keySet().stream()
                .filter(name -> name.startsWith("loom"))
                .map(name -> "bean  " + name);
    }

    /** The hooks are routes, too. */
    private static Stream<String> routes(TestGateway gateway) {
        return gateway.camel().getRoutes().stream().map(PublicSurfaceTest::route);
    }

    private static String route(Route route) {
        return "route  " + route.getRouteId() + "  " + route.getEndpoint().getEndpointBaseUri();
    }

    private static Stream<String> paths(TestGateway gateway) {
        return Stream.concat(
                paths(gateway, gateway.port(), "clients"), paths(gateway, gateway.adminPort(), "operators"));
    }

    private static Stream<String> paths(TestGateway gateway, int port, String who) {
        Router router =
                VertxPlatformHttpRouter.lookup(gateway.camel(), VertxPlatformHttpRouter.getRouterNameFromPort(port));
        return router.getRoutes().stream()
                .filter(route -> route.getPath() != null)
                .map(route -> "path  " + who + "  " + route.getPath() + methods(route));
    }

    private static String methods(io.vertx.ext.web.Route route) {
        return route.methods() == null
                ? ""
                : route.methods().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", ", "  ", ""));
    }

    /** Ours; those of Camel are named after routes and steps. */
    private static Stream<String> mbeans(TestGateway gateway) throws Exception {
        String context = "dev.loom.gateway:context=" + gateway.camel().getManagementName();
        return ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName(context + ",*"), null).stream()
                .map(name -> "mbean  " + name.toString().replace(context, "dev.loom.gateway:context=<name>"));
    }

    private static Stream<String> metrics() throws Exception {
        return KnownTraffic.scrape().stream()
                .filter(series -> series.name().matches("(loom|camel)_.*"))
                .map(series -> "metric  " + series.name() + "  "
                        + String.join(", ", series.labels().keySet()));
    }

    private static Stream<String> kamelets() {
        return KameletFile.all().stream()
                .flatMap(kamelet -> kamelet.properties().keySet().stream().map(name -> parameter(kamelet, name)));
    }

    private static String parameter(KameletFile kamelet, String name) {
        return "kamelet  " + kamelet.name() + "  " + name + (kamelet.required().contains(name) ? "  required" : "");
    }
}
