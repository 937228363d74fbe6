package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Host;
import dev.loom.gateway.testing.TestGateway;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.junit.jupiter.api.Test;

/** An application with the jar on its classpath that does not want the gateway, or has wanted it and stopped. */
class HostLeftAloneTest {

    /** Everything that an application has, by name. */
    private record Snapshot(
            Set<String> routes,
            Set<String> templates,
            Set<String> beans,
            Set<String> components,
            Set<String> endpoints,
            Set<String> mbeans,
            Set<String> threads) {

        static Snapshot of(CamelContext camel) {
            return new Snapshot(
                    camel.getRoutes().stream().map(Route::getRouteId).collect(Collectors.toSet()),
                    ((ModelCamelContext) camel)
                            .getRouteTemplateDefinitions().stream()
                                    .map(RouteTemplateDefinition::getId)
                                    .collect(Collectors.toSet()),
                    new TreeSet<>(
                            camel.getRegistry().findByTypeWithName(Object.class).keySet()),
                    new TreeSet<>(camel.getComponentNames()),
                    camel.getEndpoints().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new)),
                    presentMbeans(),
                    presentThreads());
        }

        private static Set<String> presentMbeans() {
            return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
                    .map(name -> name.toString().replaceAll("\\(0x\\p{XDigit}+\\)", ""))
                    .filter(name -> name.startsWith("org.apache.camel") || name.contains("loom"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private static Set<String> presentThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("loom") || name.startsWith("vert.x"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Snapshot snapshot(String enabled, Consumer<Host> before) {
        try (FakeProvider a = FakeProvider.saying("x");
                Host host = Host.configured("enabled: " + enabled + "\n" + TestGateway.providers("", a))
                        .withFlow("direct:own", "log:own")) {
            before.accept(host);
            host.start();
            return Snapshot.of(host.camel());
        }
    }

    private static Snapshot withoutTheJar() {
        return snapshot(
                "true", host -> host.camel().getLifecycleStrategies().removeIf(EmbeddedGateway.class::isInstance));
    }

    @Test
    void enabled_false_leaves_it_exactly_as_it_was() {
        assertThat(snapshot("false", host -> {})).isEqualTo(withoutTheJar());
    }

    @Test
    void loom_enabled_false_leaves_it_exactly_as_it_was() {
        assertThat(snapshot("true", host -> host.with("loom.enabled", "false"))).isEqualTo(withoutTheJar());
    }

    @Test
    void with_the_gateway_only_names_that_begin_with_loom_are_added() {
        Snapshot without = withoutTheJar();
        Snapshot with = snapshot("true", host -> {});
        assertThat(added(without.routes(), with.routes())).isNotEmpty().allMatch(name -> name.startsWith("loom-"));
        assertThat(added(without.components(), with.components()))
                .containsExactlyInAnyOrder("loom-http", "loom-admin", "http");
        assertThat(added(without.beans(), with.beans()))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("loom") || name.startsWith("platform-http-router-"));
    }

    @Test
    void when_it_has_stopped_neither_a_thread_nor_an_mbean_is_left() {
        Snapshot before = withoutTheJar();
        snapshot("true", host -> {});
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(Snapshot.presentThreads()).isEqualTo(before.threads());
            assertThat(Snapshot.presentMbeans()).noneMatch(name -> name.contains("loom"));
        });
    }

    private static Set<String> added(Set<String> before, Set<String> after) {
        Set<String> added = new TreeSet<>(after);
        added.removeAll(before);
        return added;
    }
}
