package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Host;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.support.component.PropertyConfigurerSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The gateway inside an application that has it on its classpath and says where its configuration is. */
class EmbeddedGatewayTest {

    private static final String KAMELET = "kamelet:llm-chat-action?model=gpt-4";

    @Test
    void it_serves_clients_and_operators_on_ports_of_its_own() {
        try (FakeProvider a = FakeProvider.saying("from a");
                Host host = Host.over(a).start()) {
            assertThat(host.chat(false).body()).contains("from a");
            assertThat(host.chat(true).body()).contains("from a", "[DONE]");
            assertThat(host.admin("/ai/providers").body()).contains("\"name\":\"a\"");
            assertThat(host.admin("/ready").statusCode()).isEqualTo(200);
            assertThat(host.admin("/v1/models").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void a_flow_of_the_application_asks_by_the_kamelet_also_where_no_port_is_open() {
        try (FakeProvider a = FakeProvider.saying("from a");
                Host host = Host.over(a)
                        .with("loom.server.enabled", "false")
                        .with("loom.admin.enabled", "false")
                        .withFlow("direct:ask", KAMELET)
                        .start()) {
            assertThat(host.camel().createProducerTemplate().requestBody("direct:ask", "Hi!", String.class))
                    .isEqualTo("from a");
            assertThat(isTaken(host.port())).isFalse();
            assertThat(isTaken(host.adminPort())).isFalse();
            assertThat(host.camel().getRoutes())
                    .extracting(Route::getRouteId)
                    .contains("loom-ask", "loom-provider-a")
                    .doesNotContain("loom-chat-completions", "loom-admin-ready");
        }
    }

    @Test
    void what_fails_leaves_in_openais_shape() {
        try (FakeProvider a = FakeProvider.failing(500, "server_error", "x");
                Host host = Host.over(a).start()) {
            HttpResponse<String> failed = host.chat(false);
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(failed.body()).startsWith("{\"error\":{");
            HttpResponse<String> unknown = Host.get("http://127.0.0.1:" + host.port() + "/nothing");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("unknown_url");
        }
    }

    @Test
    void the_applications_own_components_keep_their_settings_and_the_gateway_does_not_depend_on_them()
            throws Exception {
        try (FakeProvider a = new FakeProvider(
                        call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "7"));
                Host host = Host.over(a).start()) {
            assertThat(host.chat(false).headers().firstValue("Retry-After")).hasValue("7");
            assertThat(a.requests()).hasSize(1);
            host.camel().getRouteController().stopRoute("loom-attempt", 1, TimeUnit.SECONDS);
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> host.chat(false));
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(answer::isDone);
            assertThat(answer.join().statusCode()).isEqualTo(500);

            assertThat(host.camel().isStreamCaching()).isTrue();
            assertThat(host.camel().getComponent("http", HttpComponent.class).isAutomaticRetriesDisabled())
                    .isFalse();
            assertThat(host.camel()
                            .getComponent("direct", DirectComponent.class)
                            .isBlock())
                    .isTrue();
            assertThat(host.camel().getComponentNames()).doesNotContain("platform-http");
        }
    }

    @Test
    void its_meters_are_among_the_applications() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (FakeProvider a = FakeProvider.saying("from a");
                Host host = Host.over(a).with("meters", meters).start()) {
            host.chat(false);
            assertThat(meters.getMeters())
                    .extracting(Meter::getId)
                    .extracting(Meter.Id::getName)
                    .anyMatch(name -> name.startsWith("loom"));
        }
    }

    @Test
    void a_stop_of_the_application_tells_the_clients_whose_answers_it_cuts() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("first");
                    call.awaitClosed();
                });
                Host host = Host.over(a)) {
            host.camel().getShutdownStrategy().setTimeout(3);
            host.start();
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> host.chat(true));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> host.admin("/ai/providers").body().contains("\"in_flight\":1"));
            host.close();
            assertThat(answer.orTimeout(30, TimeUnit.SECONDS).join().body())
                    .contains("first", "The gateway is stopping")
                    .doesNotContain("[DONE]");
        }
    }

    @Test
    void a_port_that_is_taken_ends_the_start_of_the_application() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FakeProvider a = FakeProvider.saying("x");
                Host host = Host.over(a).with("loom.server.port", Integer.toString(taken.getLocalPort()))) {
            assertThatThrownBy(host::start)
                    .hasMessageContaining(taken.getLocalPort() + " on 127.0.0.1, cannot be opened")
                    .hasMessageContaining("loom.server.port");
        }
    }

    @Test
    void a_port_that_is_no_number_ends_the_start_of_the_application() {
        try (FakeProvider a = FakeProvider.saying("x");
                Host host = Host.over(a).with("loom.admin.port", "http")) {
            assertThatThrownBy(host::start).hasMessage("loom.admin.port must be a number from 1 to 65535, not 'http'.");
        }
    }

    @Test
    void a_tool_that_answers_the_same_to_every_property_loads_the_routes_and_opens_no_port() {
        String meaningless = PropertyConfigurerSupport.MAGIC_VALUE;
        try (FakeProvider a = FakeProvider.saying("from a");
                Host host = Host.over(a)
                        .with("loom.enabled", meaningless)
                        .with("loom.routes", meaningless)
                        .with("loom.server.enabled", meaningless)
                        .with("loom.server.port", meaningless)
                        .with("loom.admin.enabled", meaningless)
                        .with("loom.admin.port", meaningless)
                        .start()) {
            assertThat(host.camel().getRoutes())
                    .extracting(Route::getRouteId)
                    .contains("loom-dispatch")
                    .doesNotContain("loom-chat-completions", "loom-admin-ready");
            assertThat(isTaken(host.port())).isFalse();
            assertThat(isTaken(host.adminPort())).isFalse();
        }
    }

    @Test
    void a_mistake_in_the_configuration_ends_the_start_of_the_application() {
        try (Host host = Host.configured("providers: [{name: a, type: opnai}]")) {
            assertThatThrownBy(host::start).hasStackTraceContaining("did you mean openai?");
        }
    }

    @Test
    void an_admin_port_that_everybody_reaches_is_refused_without_a_token() {
        try (FakeProvider a = FakeProvider.saying("x");
                Host host = Host.over(a).with("loom.admin.host", "0.0.0.0")) {
            assertThatThrownBy(host::start).hasStackTraceContaining("loom.admin.host is 0.0.0.0");
        }
    }

    @Test
    void it_refuses_to_run_where_exchanges_are_pooled() {
        try (FakeProvider a = FakeProvider.saying("x");
                Host host = Host.over(a)) {
            host.camel().getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
            assertThatThrownBy(host::start).hasStackTraceContaining("camel.main.exchangeFactory");
        }
    }

    private static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
