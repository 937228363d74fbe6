package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.camel.port.RequestMdc;
import dev.loom.gateway.camel.port.Workers;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Which lines carry the id of a request: all that are logged while it is handled, and no others. */
class RequestMdcTest {

    private static List<String> ids(CapturedLog log, String logger) {
        return log.events().stream()
                .filter(event -> event.getLoggerName().equals(logger))
                .map(RequestMdcTest::id)
                .toList();
    }

    private static String id(LogEvent event) {
        return event.getContextData().getValue(RequestMdc.KEY);
    }

    @Test
    void the_warning_of_a_failed_attempt_and_the_request_s_own_line_carry_it() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.failing(503, "server_error", "x");
                FakeProvider b = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a, b)) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-1");
            gateway.chat(chat("gpt-4", true), "x-request-id", "id-2");
            assertThat(ids(log, "dev.loom.gateway.attempts")).containsExactly("id-1", "id-2");
            assertThat(ids(log, "dev.loom.gateway.requests")).containsExactly("id-1", "id-2");
        }
    }

    @Test
    void so_does_a_line_of_a_route_that_a_wire_tap_calls_on_a_thread_of_its_own() throws Exception {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:aside").routeId("aside").log(LoggingLevel.INFO, "test.aside", "aside");
                    from("direct:loom-on-request").routeId("loom-on-request").wireTap("direct:aside");
                }
            });
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-1");
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-2");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(ids(log, "test.aside")).containsExactlyInAnyOrder("id-1", "id-2"));
            gateway.camel().createProducerTemplate().sendBody("direct:aside", "no request");
            assertThat(ids(log, "test.aside").get(2)).isNull();
        }
    }

    @Test
    void so_does_the_line_of_a_request_that_no_route_has_seen() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a)) {
            String id = Answers.header(gateway.get(gateway.url() + "/nowhere"), "x-request-id");
            Awaitility.await().untilAsserted(() -> assertThat(ids(log, "dev.loom.gateway.requests"))
                    .containsExactly(id));
        }
    }

    @Test
    void a_flow_that_asks_the_gateway_gets_back_what_stood_there() throws Exception {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:flow")
                            .to("kamelet:llm-chat-action?model=gpt-4")
                            .log("${body}");
                }
            });
            MDC.put(RequestMdc.KEY, "of-the-flow");
            gateway.camel().createProducerTemplate().requestBody("direct:flow", "hello");
            assertThat(MDC.get(RequestMdc.KEY)).isEqualTo("of-the-flow");
            assertThat(ids(log, "dev.loom.gateway.requests").get(0)).startsWith("flow_");
        } finally {
            MDC.remove(RequestMdc.KEY);
        }
    }

    @Test
    void lines_of_health_checks_and_of_the_start_and_the_stop_carry_none() {
        try (CapturedLog log = new CapturedLog()) {
            try (FakeProvider a = FakeProvider.saying("fine");
                    TestGateway gateway = TestGateway.start(TestGateway.providers(
                            "health_check: {enabled: true, interval: 50ms, endpoint: /v1/models}", a))) {
                gateway.chat(chat("gpt-4", false), "x-request-id", "id-1");
                int before = a.requests().size();
                Awaitility.await().until(() -> a.requests().size() > before + 2);
            }
            assertThat(log.events())
                    .filteredOn(event -> id(event) != null)
                    .extracting(LogEvent::getLoggerName)
                    .containsOnly("dev.loom.gateway.requests");
            assertThat(log.events()).anyMatch(event -> event.getLevel() == Level.INFO && id(event) == null);
        }
    }

    @Test
    void a_thread_of_the_pool_forgets_it_after_its_task() throws Exception {
        ExecutorService pool = Workers.pool(Executors.defaultThreadFactory(), 1);
        try {
            pool.submit(() -> RequestMdc.put("id-1")).get();
            Future<String> next = pool.submit(() -> MDC.get(RequestMdc.KEY));
            assertThat(next.get()).isNull();
        } finally {
            pool.shutdown();
        }
    }
}
