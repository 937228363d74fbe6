package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Where threads are few, no provider's silence takes them all, and nobody waits for one for long. */
@EnabledForJreRange(max = JRE.JAVA_20)
class WorkersTest {

    private final CountDownLatch silence = new CountDownLatch(1);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private FakeProvider silent;
    private FakeProvider good;

    @BeforeEach
    void start() {
        silent = new FakeProvider(call -> {
            silence.await();
            call.completion("from the silent one");
        });
        good = FakeProvider.saying("from the good one");
    }

    @AfterEach
    void stop() {
        silence.countDown();
        silent.close();
        good.close();
        clients.shutdown();
    }

    private TestGateway gateway(String server) {
        return TestGateway.start(
                """
                providers:
                  - {name: silent, type: openai, api_key: k, base_url: "%s", models: [both, only-silent]}
                  - {name: good, type: openai, api_key: k, base_url: "%s", models: [both, only-good]}
                server: %s
                """
                        .formatted(silent.url(), good.url(), server));
    }

    private List<CompletableFuture<HttpResponse<String>>> ask(TestGateway gateway, String model, int times) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> gateway.chat(TestGateway.chat(model, false)), clients));
        }
        return answers;
    }

    @Test
    void a_silent_provider_leaves_workers_for_the_others() {
        try (TestGateway gateway = gateway("{worker_threads: 5}")) {
            List<CompletableFuture<HttpResponse<String>>> held = ask(gateway, "only-silent", 4);
            await().until(() -> silent.requests().size() == 4);

            assertThat(gateway.chat(TestGateway.chat("only-good", false)).body())
                    .contains("from the good one");
            assertThat(gateway.chat(TestGateway.chat("both", false)).body()).contains("from the good one");
            HttpResponse<String> refused = gateway.chat(TestGateway.chat("only-silent", false));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(silent.requests()).hasSize(4);

            silence.countDown();
            assertThat(held)
                    .allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(gateway.chat(TestGateway.chat("only-silent", false)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void who_finds_no_worker_is_told_so_soon() {
        try (TestGateway gateway = gateway("{worker_threads: 3, worker_share: 1}")) {
            List<CompletableFuture<HttpResponse<String>>> held = ask(gateway, "only-silent", 3);
            await().until(() -> silent.requests().size() == 3);

            HttpResponse<String> refused;
            try (CapturedLog log = new CapturedLog()) {
                refused = gateway.chat(TestGateway.chat("only-good", false));
                await("one line, behind the answer")
                        .untilAsserted(() -> assertThat(log.messages()).hasSize(1));
            }
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.body()).contains("server.worker_threads");
            assertThat(good.requests()).isEmpty();

            silence.countDown();
            assertThat(held)
                    .allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(gateway.chat(TestGateway.chat("only-good", false)).statusCode())
                    .isEqualTo(200);
            assertThat(good.requests()).hasSize(1);
        }
    }

    @Test
    void who_waits_less_than_a_second_is_served() {
        try (TestGateway gateway = gateway("{worker_threads: 2, worker_share: 1}")) {
            List<CompletableFuture<HttpResponse<String>>> held = ask(gateway, "only-silent", 2);
            await().until(() -> silent.requests().size() == 2);
            List<CompletableFuture<HttpResponse<String>>> waiting = ask(gateway, "only-good", 5);
            silence.countDown();
            assertThat(waiting)
                    .allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(held)
                    .allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
        }
    }

    @Test
    void a_provider_that_stands_alone_may_have_all_workers() {
        try (TestGateway gateway =
                TestGateway.start(TestGateway.providers("", silent) + "server: {worker_threads: 2}")) {
            List<CompletableFuture<HttpResponse<String>>> held = ask(gateway, "gpt-4", 2);
            await().until(() -> silent.requests().size() == 2);
            silence.countDown();
            assertThat(held)
                    .allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
        }
    }
}
