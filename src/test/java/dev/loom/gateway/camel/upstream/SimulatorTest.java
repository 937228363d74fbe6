package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatorTest {

    private static TestGateway simulator(String settings) {
        return TestGateway.start(
                """
                providers:
                  - name: sim
                    type: simulator
                    models: [gpt-4]
                    simulator: {latency: 0ms, tokens_per_second: 100000, %s}
                routing: {failover: {max_retries: 0, circuit_breaker: {enabled: false}}}
                """
                        .formatted(settings));
    }

    @Test
    void it_says_that_it_is_a_simulation() {
        try (TestGateway gateway = simulator("seed: 1")) {
            assertThat(gateway.chat(chat("gpt-4", false)).body())
                    .contains("simulated answer from provider 'sim'", "no model was called");
        }
    }

    @Test
    void which_requests_fail_depends_on_the_seed_alone() {
        List<Integer> first;
        try (TestGateway gateway = simulator("failure_rate: 0.5, seed: 7")) {
            first = statuses(gateway);
        }
        try (TestGateway gateway = simulator("failure_rate: 0.5, seed: 7")) {
            assertThat(statuses(gateway)).isEqualTo(first).contains(200, 503);
        }
    }

    private static List<Integer> statuses(TestGateway gateway) {
        return IntStream.range(0, 20)
                .mapToObj(i -> gateway.chat(chat("gpt-4", false)).statusCode())
                .collect(Collectors.toList());
    }

    @Test
    void it_can_be_rate_limited_and_say_for_how_long() {
        try (TestGateway gateway = simulator("failure_rate: 1, failure_status: 429, retry_after: 17s")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("17");
        }
    }

    @Test
    void its_streams_can_break_in_the_middle() {
        try (TestGateway gateway = simulator("break_after_tokens: 3")) {
            String body = gateway.chat(chat("gpt-4", true)).body();
            assertThat(body)
                    .contains("\"content\":\"This \"", "\"content\":\"a \"", "data: {\"error\":")
                    .doesNotContain("\"content\":\"simulated \"", "[DONE]");
        }
    }

    @Test
    void it_stops_at_max_tokens() {
        try (TestGateway gateway = simulator("seed: 1")) {
            String body = chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":2,\"model\"");
            assertThat(gateway.chat(body).body())
                    .contains("\"content\":\"This is \"", "\"finish_reason\":\"length\"", "\"completion_tokens\":2");
        }
    }
}
