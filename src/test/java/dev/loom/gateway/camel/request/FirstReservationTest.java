package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.providers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much a request without {@code max_tokens} reserves: the example of docs/accounts.md and that of docs/configuration.md. */
class FirstReservationTest {

    private static final String KEY = "server: {api_keys: [{key: key-a, name: team-a%s}]}\n";

    private final CountDownLatch answer = new CountDownLatch(1);
    private final FakeProvider provider = new FakeProvider(call -> {
        answer.await();
        call.completion("done");
    });

    @AfterEach
    void stop() {
        answer.countDown();
        provider.close();
    }

    private TestGateway start(String ofTheKey, String more) {
        return TestGateway.start(providers("", provider) + KEY.formatted(ofTheKey) + more);
    }

    /** With a prompt of about a hundred tokens. */
    private static int ask(TestGateway gateway, String bound) {
        String request = TestGateway.chat("gpt-4", false)
                .replace("hello", "word ".repeat(90))
                .replace("{\"model\"", "{" + bound + "\"model\"");
        return gateway.chat(request, "Authorization", "Bearer key-a").statusCode();
    }

    private CompletableFuture<Integer> begin(TestGateway gateway, String bound) {
        int before = provider.requests().size();
        CompletableFuture<Integer> asked =
                CompletableFuture.supplyAsync(() -> ask(gateway, bound), task -> new Thread(task).start());
        Awaitility.await().until(() -> provider.requests().size() > before);
        return asked;
    }

    @Test
    void an_account_reserves_500_tokens_for_the_answer_and_less_with_max_tokens() {
        try (TestGateway gateway =
                start("", "token_accounting: {enabled: true, limits: [{window: 1h, max_tokens: 1000}]}\n")) {
            CompletableFuture<Integer> first = begin(gateway, "");
            assertThat(ask(gateway, "")).isEqualTo(429);
            CompletableFuture<Integer> small = begin(gateway, "\"max_tokens\":200,");

            answer.countDown();
            assertThat(first.join()).isEqualTo(200);
            assertThat(small.join()).isEqualTo(200);
        }
    }

    @Test
    void a_key_reserves_500_tokens_for_the_answer_and_less_with_max_tokens() {
        try (TestGateway gateway = start(", rate_limit: {tokens_per_minute: 2000}", "")) {
            begin(gateway, "");
            begin(gateway, "");
            begin(gateway, "");
            assertThat(ask(gateway, "")).isEqualTo(429);
            begin(gateway, "\"max_tokens\":1,");
            answer.countDown();
        }
    }
}
