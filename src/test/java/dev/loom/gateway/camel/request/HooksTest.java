package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The three places in {@code hooks.camel.yaml} where people put steps of their own. */
class HooksTest {

    private final FakeProvider provider = FakeProvider.saying("fine");
    private final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.over(provider);
    }

    @AfterEach
    void stop() {
        gateway.close();
        provider.close();
    }

    private void hook(String name, Processor step) throws Exception {
        gateway.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + name).routeId(name).process(step);
            }
        });
    }

    @Test
    void the_hooks_as_they_are_shipped_are_passed_by() {
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                .contains("camel_exchanges_total{camelContext=\"loom-ai-gateway\",eventType=\"route\"")
                .doesNotContainPattern("camel_exchanges_total\\{[^}]*loom-on-[a-z]+[^}]*} [1-9]");
    }

    @Test
    void a_request_passes_the_first_hook_before_anybody_is_chosen() throws Exception {
        hook("loom-on-request", exchange -> {
            seen.add(exchange.getProperty("loomModel"));
            seen.add(exchange.getProperty("loomProvider") == null);
        });
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(seen).containsExactly("gpt-4", true);
    }

    @Test
    void a_guard_of_an_application_searches_the_text_of_the_request() throws Exception {
        gateway.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:loom-on-request")
                        .routeId("loom-on-request")
                        .filter()
                        .simple("${body} contains 'hello'")
                        .throwException(IllegalStateException.class, "guarded")
                        .end();
            }
        });
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(500);
        assertThat(gateway.chat(chat("gpt-4", false).replace("hello", "bye")).statusCode())
                .isEqualTo(200);
    }

    private static final String CONDITION = "{simple: \"${body} contains 'hello'\"}";

    private static final String GUARDED =
            "{throwException: {exceptionType: java.lang.IllegalStateException, message: guarded}}";

    static Stream<String> guards() {
        return Stream.of(
                "filter: {expression: " + CONDITION + ", steps: [" + GUARDED + "]}",
                "choice: {when: [{simple: \"${body} contains 'hello'\", steps: [" + GUARDED + "]}]}",
                "choice: {when: [{expression: " + CONDITION + ", steps: [" + GUARDED
                        + "]}], otherwise: {steps: [{log: x}]}}",
                "validate: {expression: {simple: \"${body} !contains 'hello'\"}}",
                "loop: {doWhile: true, expression: " + CONDITION + ", steps: [" + GUARDED + "]}",
                "doTry: {steps: [{throwException: {exceptionType: java.lang.RuntimeException, message: x}}], doCatch:"
                        + " [{exception: [java.lang.RuntimeException], onWhen: " + CONDITION + ", steps: [" + GUARDED
                        + "]}, {exception: [java.lang.RuntimeException], steps: [{log: x}]}]}");
    }

    @ParameterizedTest
    @MethodSource("guards")
    void every_condition_searches_the_text_of_the_request(String step) throws Exception {
        load("- route: {id: loom-on-request, from: {uri: direct:loom-on-request, steps: [" + step + "]}}");
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(500);
        assertThat(gateway.chat(chat("gpt-4", false).replace("hello", "bye")).statusCode())
                .isEqualTo(200);
    }

    /** Camel makes a text of what stands in a value. */
    @Test
    void a_value_is_no_condition() throws Exception {
        load("- route: {id: loom-on-request, from: {uri: direct:loom-on-request, steps: [{setProperty: {name: found,"
                + " simple: \"${body} contains 'hello'\"}}]}}");
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    private void load(String routes) throws Exception {
        PluginHelper.getRoutesLoader(gateway.camel()).loadRoutes(ResourceHelper.fromString("mine.camel.yaml", routes));
    }

    @Test
    void a_whole_answer_passes_the_second_hook_and_a_stream_does_not() throws Exception {
        hook("loom-on-answer", exchange -> seen.add(exchange.getProperty("loomProvider")));
        assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("fine");
        assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("fine");
        assertThat(seen).containsExactly("a");
    }

    @Test
    void the_third_hook_is_told_of_every_request_that_is_over() throws Exception {
        hook("loom-on-finished", exchange -> seen.add(exchange.getMessage().getBody()));
        gateway.chat(chat("gpt-4", false), "x-request-id", "whole");
        gateway.chat(chat("gpt-4", true), "x-request-id", "streamed");
        gateway.chat("{}", "x-request-id", "refused");
        await().until(() -> seen.size() == 3);
        assertThat(seen)
                .map(told -> (Map<?, ?>) told)
                .satisfiesExactlyInAnyOrder(
                        told -> assertThat(told.get("id")).isEqualTo("whole"),
                        told -> assertThat(told.get("stream")).isEqualTo(true),
                        told -> assertThat(told.get("status")).isEqualTo(400));
        assertThat(seen).noneMatch(told -> told.toString().contains("prompt"));
    }

    @Test
    void a_slow_third_hook_slows_no_client_and_what_it_misses_is_counted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        hook("loom-on-finished", exchange -> never.await());
        FinishedTimes.repeat(
                2_100, () -> assertThat(gateway.chat(chat("gpt-4", false)).statusCode())
                        .isEqualTo(200));
        String metrics = gateway.get(gateway.adminUrl() + "/metrics").body();
        never.countDown();
        assertThat(metrics).containsPattern("loom_ai_finished_dropped_total 9\\d\\.0");
    }

    /** Many calls, a few at a time. */
    private static final class FinishedTimes {
        static void repeat(int times, Runnable action) {
            java.util.stream.IntStream.range(0, times).parallel().forEach(i -> action.run());
        }
    }

    @Test
    void a_third_hook_that_fails_costs_nobody_anything() throws Exception {
        hook("loom-on-finished", exchange -> {
            seen.add("told");
            throw new java.io.IOException("no space left on device");
        });
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        await().until(() -> seen.size() == 2);
    }
}
