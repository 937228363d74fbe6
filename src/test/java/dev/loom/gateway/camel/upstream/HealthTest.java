package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final String CHECKED =
            "health_check: {enabled: true, interval: 100ms, timeout: 1s, endpoint: /v1/models}";

    @Test
    void checks_take_a_provider_out_after_two_failures_and_back_after_one_success() {
        AtomicInteger status = new AtomicInteger(500);
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.request().method().equals("GET")) {
                        call.json(status.get(), "{}");
                    } else {
                        call.completion("from a");
                    }
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(TestGateway.providers(CHECKED, a)
                        + TestGateway.providers("", b)
                                .replace("providers:\n", "")
                                .replace("name: a", "name: b"))) {
            awaitStatus(gateway, "unhealthy");
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from b");
            assertThat(a.requests().get(0).path()).isEqualTo("/v1/models");
            assertThat(a.requests().get(0).headers()).containsEntry("Authorization", "Bearer sk-provider-key");
            status.set(200);
            awaitStatus(gateway, "healthy");
            assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("from a");
        }
    }

    @Test
    void a_provider_that_does_not_answer_in_time_is_unhealthy() {
        try (FakeProvider a = new FakeProvider(FakeProvider.Call::awaitClosed);
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("health_check: {enabled: true, interval: 100ms, timeout: 200ms}", a))) {
            JsonNode health = awaitStatus(gateway, "unhealthy");
            assertThat(health.path("error").asText()).contains("in time");
        }
    }

    @Test
    void an_answer_without_an_end_is_judged_by_its_status_and_not_read() {
        AtomicLong sent = new AtomicLong();
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    while (true) {
                        call.write("x".repeat(10_000));
                        sent.addAndGet(10_000);
                    }
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers(CHECKED, a))) {
            awaitStatus(gateway, "healthy");
            int checks = a.requests().size();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> a.requests().size() > checks + 2);
            assertThat(sent.get() / a.requests().size())
                    .as("bytes sent for each check")
                    .isLessThan(50_000_000);
        }
    }

    @Test
    void a_429_leaves_the_status_as_it_is() {
        AtomicInteger status = new AtomicInteger(200);
        try (FakeProvider a = new FakeProvider(call -> call.json(status.get(), "{}"));
                TestGateway gateway = TestGateway.start(TestGateway.providers(CHECKED, a))) {
            awaitStatus(gateway, "healthy");
            status.set(429);
            int before = a.requests().size();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> a.requests().size() > before + 3);
            assertThat(health(gateway).path("status").asText()).isEqualTo("healthy");
        }
    }

    @Test
    void the_health_answer_has_exactly_the_specified_keys() {
        try (FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(a)) {
            JsonNode unknown = health(gateway);
            assertThat(unknown.fieldNames())
                    .toIterable()
                    .containsExactly("name", "status", "latency_ms", "last_check", "error");
            assertThat(unknown.path("status").asText()).isEqualTo("unknown");
            assertThat(unknown.path("latency_ms").isNull()).isTrue();
            gateway.chat(chat("gpt-4", false));
            JsonNode known = health(gateway);
            assertThat(known.path("status").asText()).isEqualTo("healthy");
            assertThat(known.path("latency_ms").isIntegralNumber()).isTrue();
            assertThat(Instant.parse(known.path("last_check").asText())).isBeforeOrEqualTo(Instant.now());
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers/nobody/health")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void camels_health_is_down_only_when_no_provider_is_usable() {
        AtomicInteger status = new AtomicInteger(500);
        try (FakeProvider a = new FakeProvider(call -> call.json(status.get(), "{}"));
                TestGateway gateway = TestGateway.start(TestGateway.providers(CHECKED, a))) {
            awaitStatus(gateway, "unhealthy");
            assertThat(gateway.get(gateway.adminUrl() + "/health").statusCode()).isEqualTo(503);
            status.set(200);
            awaitStatus(gateway, "healthy");
            assertThat(gateway.get(gateway.adminUrl() + "/health").statusCode()).isEqualTo(200);
        }
    }

    private static JsonNode awaitStatus(TestGateway gateway, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> health(gateway).path("status").asText().equals(status));
        return health(gateway);
    }

    private static JsonNode health(TestGateway gateway) {
        String body = gateway.get(gateway.adminUrl() + "/ai/providers/a/health").body();
        return Json.lenient(body.getBytes(StandardCharsets.UTF_8));
    }
}
