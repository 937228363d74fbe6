package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.Processor;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.ExchangeHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route configuration without an id reaches is the same after a start, and after a save of its file. */
class ConfiguredAtStartTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** All kinds of parts, each with a bean of its own. */
    private static final String EVERYWHERE =
            """
            - routeConfiguration:
                onException:
                  - onException: {exception: [java.io.IOException], steps: [{process: {ref: OnException}}]}
                onCompletion:
                  - onCompletion: {mode: BeforeConsumer, steps: [{process: {ref: OnCompletion}}]}
                interceptFrom:
                  - interceptFrom: {steps: [{process: {ref: InterceptFrom}}]}
                intercept:
                  - intercept: {steps: [{process: {ref: Intercept}}]}
                interceptSendToEndpoint:
                  - interceptSendToEndpoint: {uri: 'mock:nobody', steps: [{process: {ref: InterceptSend}}]}
            """;

    private static final List<String> PARTS =
            List.of("OnException", "OnCompletion", "InterceptFrom", "Intercept", "InterceptSend");

    /** A name before and behind those of the gateway's files. */
    private static final List<String> NAMES = List.of("aa", "zz");

    private static final String FLOW =
            "- route: {id: flow, from: {uri: 'direct:flow', steps: [{kamelet: {name: test-action}}]}}\n";

    private static final String KAMELET =
            """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata: {name: test-action, labels: {camel.apache.org/kamelet.type: action}}
            spec:
              definition: {title: Test, type: object, properties: {}}
              template:
                from: {uri: 'kamelet:source', steps: [{setBody: {constant: fine}}]}
            """;

    /** Those of one request, and one with a Kamelet behind it. */
    private static final List<String> ROUTES =
            List.of("flow", "kamelet", "loom-serve", "loom-dispatch", "loom-attempt", "loom-provider-a");

    private final FakeProvider provider = FakeProvider.saying("fine");

    /** Beans and the routes in which they were called. */
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @TempDir
    Path directory;

    private static String everywhere(String name) {
        return EVERYWHERE.replaceAll("ref: (\\w+)}", "ref: " + name + "$1}");
    }

    /** With signs that are none of a pattern. */
    private static String file(String name) {
        return "routes/" + name + "-mine (1) [x].camel.yaml";
    }

    @Test
    void a_start_a_save_and_an_end_reach_the_same_routes_in_the_same_order() throws IOException {
        Map<String, Object> beans = new HashMap<>();
        for (String name : NAMES) {
            PARTS.forEach(part -> beans.put(name + part, mark(name + part)));
            write(file(name), everywhere(name));
        }
        write("routes/flow.camel.yaml", FLOW);
        write("kamelets/test-action.kamelet.yaml", KAMELET);
        try (provider;
                EditableGateway edited = EditableGateway.start(directory, TestGateway.providers("", provider), beans)) {
            List<String> parts = parts(edited);
            reaches(edited, NAMES);
            for (String name : NAMES) {
                assertThat(edited.saveAndWait(file(name), everywhere(name) + "\n"))
                        .isEmpty();
                assertThat(parts(edited)).isEqualTo(parts);
            }
            reaches(edited, NAMES);
            for (String name : NAMES) {
                delete(edited, file(name));
            }
            reaches(edited, List.of());
            assertThat(edited.saveAndWait(file("zz"), everywhere("zz"))).isEmpty();
            assertThat(edited.saveAndWait(file("aa"), everywhere("aa"))).isEmpty();
            reaches(edited, NAMES);
            assertThat(parts(edited)).isEqualTo(parts);
        }
    }

    @Test
    void of_two_that_a_route_names_the_last_one_in_the_route_counts() throws IOException {
        write("routes/aa.camel.yaml", handler("aa", "noErrorHandler"));
        write("routes/zz.camel.yaml", handler("zz", "defaultErrorHandler"));
        write(
                "routes/flow.camel.yaml",
                "- route: {id: flow, routeConfigurationId: 'zz,aa', from: {uri: 'direct:flow', steps: [{log: x}]}}\n");
        try (provider;
                EditableGateway edited = EditableGateway.start(directory, TestGateway.providers("", provider))) {
            assertThat(handlerOfFlow(edited)).isInstanceOf(NoErrorHandlerDefinition.class);
            for (String file : List.of("routes/aa.camel.yaml", "routes/zz.camel.yaml", "routes/flow.camel.yaml")) {
                assertThat(edited.saveAndWait(file, edited.read(file) + "\n")).isEmpty();
                assertThat(handlerOfFlow(edited)).isInstanceOf(NoErrorHandlerDefinition.class);
            }
        }
    }

    private static String handler(String id, String handler) {
        return "- routeConfiguration: {id: " + id + ", errorHandler: {" + handler + ": {}}}\n";
    }

    private static ErrorHandlerFactory handlerOfFlow(EditableGateway edited) {
        return ((ModelCamelContext) edited.gateway().camel())
                .getRouteDefinition("flow")
                .getErrorHandlerFactory();
    }

    private Processor mark(String bean) {
        return exchange -> seen.add(bean + " " + plain(ExchangeHelper.getAtRouteId(exchange)));
    }

    /** Camel makes up the id of the route behind a Kamelet. */
    private static String plain(String route) {
        return route.replaceFirst("^test-action-.*", "kamelet");
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void delete(EditableGateway edited, String file) {
        try (CapturedLog log = new CapturedLog()) {
            edited.delete(file);
            await().atMost(SOON).until(() -> log.text().contains(file + " is gone"));
        }
    }

    /** A step behind the answer may still be at work when the client has it. */
    private void reaches(EditableGateway edited, List<String> names) {
        seen.clear();
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        edited.gateway().camel().createProducerTemplate().requestBody("direct:flow", "");
        List<String> expected = names.stream()
                .flatMap(name -> Stream.of("OnCompletion", "InterceptFrom", "Intercept")
                        .flatMap(part -> ROUTES.stream().map(route -> name + part + " " + route)))
                .toList();
        await().atMost(SOON).untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrderElementsOf(expected));
    }

    /** Of each route the parts in front of its steps, in order. Camel takes some of them out when it makes the route. */
    private static List<String> parts(EditableGateway edited) {
        return ((ModelCamelContext) edited.gateway().camel())
                .getRouteDefinitions().stream()
                        .map(ConfiguredAtStartTest::parts)
                        .sorted()
                        .toList();
    }

    private static String parts(RouteDefinition route) {
        return plain(route.getRouteId()) + " "
                + route.getOutputs().stream()
                        .filter(ProcessorDefinition::isAbstract)
                        .map(part -> part.getShortName() + part.getOutputs())
                        .toList();
    }
}
