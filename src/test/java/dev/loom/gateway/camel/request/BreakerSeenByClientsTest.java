package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The circuit breaker of the first provider, as clients and operators see it. */
class BreakerSeenByClientsTest {

    private static final String BREAKER = "routing: {failover: {circuit_breaker:"
            + " {failure_threshold: 2, success_threshold: 2, timeout: 300ms}}}\n";

    private final FakeProvider a = FakeProvider.failing(500, "server_error", "x");
    private final FakeProvider b = FakeProvider.saying("from b");
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start(providers("", a, b) + BREAKER);
    }

    @AfterEach
    void stop() {
        gateway.close();
        a.close();
        b.close();
    }

    private HttpResponse<String> ask() {
        return gateway.chat(chat("gpt-4", false));
    }

    private String state() {
        return gateway.stats("a").path("circuit_breaker").path("state").asText();
    }

    private void open() {
        isFrom(ask(), "b", 2);
        assertThat(state()).isEqualTo("closed");
        isFrom(ask(), "b", 2);
        assertThat(state()).isEqualTo("open");
    }

    /** Asks until the breaker has let a probe through. */
    private HttpResponse<String> probe() {
        int before = a.requests().size();
        return Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(this::ask, answer -> a.requests().size() > before);
    }

    @Test
    void open_half_open_and_closed_again() {
        open();
        isFrom(ask(), "b", 1);
        assertThat(gateway.admin("/ai/providers/a/health").path("status").asText())
                .isEqualTo("unhealthy");

        isFrom(probe(), "b", 2);
        assertThat(state()).as("one failed probe opens it again").isEqualTo("open");
        isFrom(ask(), "b", 1);

        a.behave(call -> call.completion("from a"));
        isFrom(probe(), "a", 1);
        assertThat(state()).as("after one of two successes").isEqualTo("half_open");
        isFrom(ask(), "a", 1);
        assertThat(state()).isEqualTo("closed");
        assertThat(gateway.admin("/ai/providers/a/health").path("status").asText())
                .isEqualTo("healthy");
    }

    @Test
    void while_a_probe_is_out_nobody_else_is_sent_after_it() throws Exception {
        CountDownLatch probed = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        open();
        a.behave(call -> {
            probed.countDown();
            assertThat(answer.await(20, SECONDS)).isTrue();
            call.completion("from a");
        });
        CompletableFuture<HttpResponse<String>> probe = CompletableFuture.supplyAsync(this::probe);
        assertThat(probed.await(10, SECONDS)).isTrue();
        isFrom(ask(), "b", 1);
        isFrom(ask(), "b", 1);
        answer.countDown();
        isFrom(probe.get(10, SECONDS), "a", 1);
    }

    @Test
    void a_stream_that_breaks_after_its_commit_is_one_failure() {
        a.behave(call -> {
            call.startStream();
            call.content("half");
            call.cut();
        });
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("half", "\"error\"");
        }
        // Each began with a success, so never two failures came together.
        assertThat(gateway.stats("a").path("circuit_breaker").toString())
                .isEqualTo("{\"state\":\"closed\",\"consecutive_failures\":1,\"until\":null}");
    }

    @Test
    void the_callers_own_faults_do_not_open_it() {
        a.behave(call -> call.error(400, "invalid_request_error", "invalid_value"));
        for (int i = 0; i < 5; i++) {
            error(ask(), 400);
        }
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void an_operator_closes_it() {
        open();
        a.behave(call -> call.completion("from a"));
        assertThat(gateway.operate("a", "circuit-breaker/reset")
                        .path("circuit_breaker")
                        .asText())
                .isEqualTo("closed");
        isFrom(ask(), "a", 1);
    }

    @Test
    void with_every_breaker_open_the_soonest_to_recover_is_tried() {
        open();
        b.behave(call -> call.error(500, "server_error", "x"));
        error(ask(), 503);
        HttpResponse<String> last = ask();
        error(last, 503);
        assertThat(header(last, "x-loom-attempts")).isNotEqualTo("0");
        assertThat(header(last, "Retry-After")).isEqualTo("1");
    }
}
