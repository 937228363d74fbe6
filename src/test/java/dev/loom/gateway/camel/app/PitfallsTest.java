package dev.loom.gateway.camel.app;

import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.camel.upstream.Encode;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.traffic.TimeSource;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.support.DefaultMessage;
import org.apache.logging.log4j.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What Camel 4.18 does to a gateway that is not careful; each test is named after what it prevents. */
class PitfallsTest {

    private static final String BREAKER_OF_TWO =
            "routing: {failover: {max_retries: 0, circuit_breaker: {failure_threshold: 2, timeout: 60s}}}\n";

    @Test
    void the_breaker_of_one_provider_does_not_open_for_another() {
        try (FakeProvider a = FakeProvider.failing(500, "server_error", "x");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a, b) + BREAKER_OF_TWO)) {
            gateway.chat(chat("gpt-4", false));
            gateway.chat(chat("gpt-4", false));
            String providers = gateway.get(gateway.adminUrl() + "/ai/providers").body();
            assertThat(providers).containsSubsequence("\"name\":\"a\"", "\"circuit_breaker\":\"open\"");
            assertThat(providers).containsSubsequence("\"name\":\"b\"", "\"circuit_breaker\":\"closed\"");
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from b");
        }
    }

    @Test
    void an_open_breaker_does_not_pass_the_prompt_on_as_an_answer() {
        try (FakeProvider a = FakeProvider.saying("from a");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.camel()
                    .getRegistry()
                    .findByType(CircuitBreaker.class)
                    .forEach(CircuitBreaker::transitionToForcedOpenState);
            Exchange answer = gateway.camel()
                    .createProducerTemplate()
                    .send("direct:loom-provider-a", exchange -> exchange.getMessage()
                            .setBody("the prompt"));
            assertThat(answer.getException()).isInstanceOf(CallNotPermittedException.class);
            assertThat(a.requests()).isEmpty();
        }
    }

    @Test
    void the_http_client_does_not_repeat_a_429_by_itself_or_sleep_for_its_retry_after() {
        try (FakeProvider a = new FakeProvider(
                        call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "7"));
                TestGateway gateway = TestGateway.over(a)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
            assertThat(a.requests()).hasSize(1);
        }
    }

    @Test
    void the_http_components_may_not_retry_either() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(a)) {
            for (String scheme : List.of("http", "https")) {
                HttpComponent http = gateway.camel().getComponent(scheme, HttpComponent.class);
                assertThat(http.isAutomaticRetriesDisabled()).as(scheme).isTrue();
            }
        }
    }

    @Test
    void the_stream_is_not_empty_because_the_breakers_block_has_ended() {
        try (FakeProvider a = FakeProvider.saying("some text");
                TestGateway gateway = TestGateway.over(a)) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("some text", "[DONE]");
        }
    }

    @Test
    void what_the_planner_knows_survives_the_copies_of_the_load_balancer_and_no_failed_attempt_logs_a_stack_trace() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.failing(500, "server_error", "x");
                FakeProvider b = new FakeProvider(FakeProvider.Call::cut);
                FakeProvider c = FakeProvider.saying("from c");
                TestGateway gateway = TestGateway.over(a, b, c)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.body()).contains("from c");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("3");
            assertThat(log.events()).noneMatch(event -> event.getThrown() != null);
            assertThat(log.events()).noneMatch(event -> event.getLevel().isMoreSpecificThan(Level.ERROR));
        }
    }

    @Test
    void more_than_20_requests_are_served_at_once() {
        int clients = 64;
        CountDownLatch together = new CountDownLatch(clients);
        try (FakeProvider a = new FakeProvider(call -> {
                    together.countDown();
                    together.await(20, SECONDS);
                    call.completion("together");
                });
                TestGateway gateway = TestGateway.over(a)) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            IntStream.range(0, clients)
                    .forEach(i -> answers.add(CompletableFuture.supplyAsync(
                            () -> gateway.chat(chat("gpt-4", false)).statusCode(), task -> new Thread(task).start())));
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
            assertThat(together.getCount()).isZero();
        }
    }

    @Test
    void the_http_method_is_not_converted_from_a_string_for_each_request() {
        Message message = new DefaultMessage(new DefaultCamelContext());
        UpstreamCall call = new UpstreamCall(new ScheduledThreadPoolExecutor(0), TimeSource.system(), Duration.ZERO);
        Encode.write(message, new UpstreamRequest("POST", "http://x", Map.of(), new byte[0]), call);
        assertThat(message.getHeader(Exchange.HTTP_METHOD)).isSameAs(HttpMethods.POST);
    }

    @Test
    void every_provider_has_its_route_from_the_template() {
        try (FakeProvider a = FakeProvider.saying("x");
                FakeProvider b = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(a, b)) {
            assertThat(gateway.camel().getRoutes())
                    .extracting(route -> route.getRouteId())
                    .contains("loom-provider-a", "loom-provider-b");
        }
    }

    @Test
    void exchanges_are_not_pooled_beneath_a_circuit_breaker() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(a)) {
            assertThat(gateway.camel().getCamelContextExtension().getExchangeFactory())
                    .isNotInstanceOf(PooledExchangeFactory.class);
        }
    }

    @Test
    void a_missing_route_fails_at_once_instead_of_hanging_for_half_a_minute() throws Exception {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a), Map.of())) {
            gateway.camel().getRouteController().stopRoute("loom-attempt", 1, SECONDS);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> gateway.chat(chat("gpt-4", false)));
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(answer::isDone);
            assertThat(answer.join().statusCode()).isEqualTo(500);
            assertThat(answer.join().body()).contains("internal_error").doesNotContain("Exception");
        }
    }
}
