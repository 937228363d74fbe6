package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.StoreFailure;
import dev.loom.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of a client's key, of its account and of a provider, which a request asks the shared state for all at once. */
class OneRoundTripTest {

    private static final String[] ANN = {"Authorization", "Bearer key-ann"};
    private static final String[] BOB = {"Authorization", "Bearer key-bob"};

    private final StoreFailure.Scene scene = new StoreFailure.Scene();
    private final FakeProvider provider = FakeProvider.saying("Hello");
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
        provider.close();
        scene.close();
    }

    private TestGateway start(String ofProvider, String ofKey, int ofAccount) {
        return start(ofProvider, ofKey, ofAccount, "5s");
    }

    private TestGateway start(String ofProvider, String ofKey, int ofAccount, String timeout) {
        TestGateway gateway = TestGateway.start(TestGateway.providers("rate_limit: {" + ofProvider + "}", provider)
                + """
                server: {api_keys: [{key: key-ann, name: ann, rate_limit: {%s}}, {key: key-bob, name: bob}]}
                token_accounting: {enabled: true, limits: [{window: 1h, max_tokens: %d}]}
                state: {type: redis, timeout: %s, url: '%s'}
                """
                        .formatted(ofKey, ofAccount, timeout, scene.url()));
        gateways.add(gateway);
        return gateway;
    }

    private static int chat(TestGateway gateway, String... key) {
        return gateway.chat(TestGateway.chat("gpt-4", false), key).statusCode();
    }

    /** No answer comes before all three are asked: who waited for one of them would wait for ever. */
    @Test
    void key_account_and_provider_are_asked_before_the_first_answer_is_waited_for() {
        TestGateway gateway = start("requests_per_minute: 1000", "requests_per_minute: 1000", 1_000_000);
        assertThat(chat(gateway, ANN)).isEqualTo(200);
        await().atMost(Duration.ofSeconds(60)).until(() -> asksThreeAtOnce(gateway));
    }

    /** Ten requests and three questions each: whoever waited without an end, or for long each time, would not be done by then. */
    @Test
    void a_store_that_takes_everything_and_never_answers_costs_no_request_and_little_time() {
        TestGateway gateway = start(
                "requests_per_minute: 1000, concurrent_requests: 50", "requests_per_minute: 1000", 1_000_000, "200ms");
        assertThat(chat(gateway, ANN)).isEqualTo(200);
        scene.link().withholdAnswers();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int i = 0; i < 10; i++) {
                assertThat(chat(gateway, ANN)).isEqualTo(200);
            }
        });
        assertThat(gateway.admin("/ai/fleet").at("/state/available").asBoolean())
                .isFalse();
        scene.link().speak();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.admin("/ai/fleet").at("/state/available").asBoolean());
    }

    /** False where a slow machine has made the gateway believe that the store is away. */
    private boolean asksThreeAtOnce(TestGateway gateway) {
        await().until(() -> gateway.admin("/ai/fleet").at("/state/available").asBoolean());
        scene.link().withholdAnswers();
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> chat(gateway, ANN));
        await().atMost(Duration.ofSeconds(20)).until(() -> status.isDone() || isReserved("limits:provider:a"));
        boolean all = isReserved("limits:key:ann") && isReserved("account:ann") && isReserved("limits:provider:a");
        scene.link().speak();
        assertThat(status.join()).isEqualTo(200);
        return all && gateway.admin("/ai/fleet").at("/state/available").asBoolean();
    }

    private boolean isReserved(String what) {
        return said("reserve", what) > 0;
    }

    /** How often a script was told to do this to a limit. */
    private long said(String todo, String what) {
        return Pattern.compile(Pattern.quote("{" + what + "}:") + "(permits|requests)\\s+\\$\\d+\\s+" + todo)
                .matcher(scene.link().sent())
                .results()
                .count();
    }

    @Test
    void each_limit_is_asked_once_before_a_call_and_told_once_after_it() {
        TestGateway gateway = start(
                "requests_per_minute: 1000, tokens_per_minute: 100000, concurrent_requests: 5",
                "requests_per_minute: 1000",
                1_000_000);
        List<String> limits = List.of("limits:provider:a", "limits:key:ann", "account:ann");
        // The server learns the scripts.
        assertThat(chat(gateway, ANN)).isEqualTo(200);
        await().until(() -> limits.stream().allMatch(limit -> said("settle", limit) > 0));
        scene.link().forget();
        for (int i = 0; i < 10; i++) {
            assertThat(chat(gateway, ANN)).isEqualTo(200);
        }
        for (String limit : limits) {
            await().untilAsserted(() -> assertThat(said("settle", limit)).isEqualTo(10));
            assertThat(said("reserve", limit)).isEqualTo(10);
        }
    }

    @Test
    void a_keys_requests_at_one_time_are_those_at_all_gateways() {
        TestGateway one = start("requests_per_minute: 1000", "concurrent_requests: 1", 1_000_000);
        TestGateway two = start("requests_per_minute: 1000", "concurrent_requests: 1", 1_000_000);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        provider.behave(call -> {
            asked.countDown();
            answer.await(60, TimeUnit.SECONDS);
            call.completion("Hello");
        });
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> chat(one, ANN));
        await().atMost(Duration.ofSeconds(30)).until(() -> asked.getCount() == 0);
        assertThat(chat(two, ANN)).isEqualTo(429);
        answer.countDown();
        assertThat(first.join()).isEqualTo(200);
        await().until(() -> chat(two, ANN) == 200);
    }

    @Test
    void what_a_provider_would_have_given_goes_back_if_the_key_has_no_room() {
        String provider = "requests_per_minute: 2, concurrent_requests: 1";
        TestGateway one = start(provider, "requests_per_minute: 1", 1_000_000);
        TestGateway two = start(provider, "requests_per_minute: 1", 1_000_000);
        assertThat(chat(one, ANN)).isEqualTo(200);

        assertThat(chat(two, ANN)).as("by what it has heard, there is room").isEqualTo(429);
        assertThat(chat(two, ANN)).as("it knows by now").isEqualTo(429);
        assertThat(chat(two, BOB)).isEqualTo(200);
        assertThat(this.provider.requests()).hasSize(2);
    }

    @Test
    void what_a_provider_would_have_given_goes_back_if_the_account_has_no_room() {
        String provider = "requests_per_minute: 2, concurrent_requests: 1";
        TestGateway one = start(provider, "requests_per_minute: 9", 14);
        TestGateway two = start(provider, "requests_per_minute: 9", 14);
        assertThat(chat(one, ANN)).isEqualTo(200);

        assertThat(chat(two, ANN)).as("by what it has heard, there is room").isEqualTo(429);
        assertThat(chat(two, ANN)).as("it knows by now").isEqualTo(429);
        assertThat(chat(two, BOB)).isEqualTo(200);
        assertThat(this.provider.requests()).hasSize(2);
    }
}
