package dev.loom.gateway.camel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteSwapTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Definitions definitions = new Definitions(camel);
    private final List<Runnable> left = new ArrayList<>();
    private final RouteSwap swap = new RouteSwap(camel, left::add);

    @BeforeEach
    void start() throws Exception {
        camel.disableJMX();
        camel.getPropertiesComponent().addOverrideProperty("loom.enabled", "false");
        camel.addComponent("direct", new SwappableDirect());
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private List<RouteDefinition> routes(String yaml) throws Exception {
        return definitions.load(ResourceHelper.fromString("file:test.camel.yaml", yaml)).routes().stream()
                .map(Definitions.Loaded::route)
                .toList();
    }

    private static String route(String id, String from, String answer) {
        return """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                        - setBody:
                            expression:
                              constant:
                                expression: %s
                """
                .formatted(id, from, answer);
    }

    private String ask(String endpoint) {
        return camel.createProducerTemplate().requestBody(endpoint, "?", String.class);
    }

    private List<String> ids() {
        return camel.getRoutes().stream().map(Route::getRouteId).toList();
    }

    private void endWhatIsLeft() {
        List<Runnable> ends = List.copyOf(left);
        left.clear();
        ends.forEach(Runnable::run);
    }

    @Test
    void what_was_taken_out_and_comes_back_before_it_has_ended_stays() throws Exception {
        swap.replace(routes(route("a", "direct:a", "one")), Set.of());
        swap.remove("a");
        swap.replace(routes(route("a", "direct:a", "two")), Set.of());
        endWhatIsLeft();
        assertThat(ids()).containsExactly("a");
        assertThat(ask("direct:a")).isEqualTo("two");
        assertThat(camel.getRouteController().getRouteStatus("a").isStarted()).isTrue();
    }

    @Test
    void what_is_taken_out_again_and_again_ends_each_time() throws Exception {
        for (int round = 0; round < 3; round++) {
            swap.replace(routes(route("a", "direct:a", "one")), Set.of());
            swap.remove("a");
        }
        endWhatIsLeft();
        assertThat(ids()).isEmpty();
        assertThat(camel.getEndpoints()).isEmpty();
        assertThat(camel.getRouteController().getRouteStatus("a")).isNull();
    }

    @Test
    void a_route_gets_another_id_where_it_begins() throws Exception {
        swap.replace(routes(route("a", "direct:a", "one")), Set.of());
        swap.replace(routes(route("b", "direct:a", "two")), Set.of("a"));
        assertThat(ids()).containsExactly("b");
        endWhatIsLeft();
        assertThat(ask("direct:a")).isEqualTo("two");
    }

    @Test
    void when_one_of_them_cannot_start_all_are_as_before() throws Exception {
        swap.replace(routes(route("a", "direct:a", "one") + route("b", "direct:b", "one")), Set.of());
        List<RouteDefinition> clashing =
                routes(route("a", "direct:a", "two") + route("b", "direct:b", "two") + route("c", "direct:a", "two"));
        assertThatThrownBy(() -> swap.replace(clashing, Set.of())).hasMessageContaining("Multiple consumers");
        endWhatIsLeft();
        assertThat(ids()).containsExactlyInAnyOrder("a", "b");
        assertThat(ask("direct:a") + ask("direct:b")).isEqualTo("oneone");
    }

    @Test
    void a_timer_is_stopped_before_its_successor_starts() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:a?delay=1h").routeId("a").to("log:a");
            }
        });
        swap.replace(routes(route("a", "timer:b?delay=1h", "two")), Set.of());
        assertThat(left).isEmpty();
        assertThat(ids()).containsExactly("a");
        assertThat(camel.getRoute("a").getEndpoint().getEndpointUri()).startsWith("timer://b");
        swap.remove("a");
        assertThat(ids()).isEmpty();
    }
}
