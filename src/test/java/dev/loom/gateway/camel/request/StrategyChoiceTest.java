package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whom each strategy asks first, as the client sees it. */
class StrategyChoiceTest {

    private static final FakeProvider A = FakeProvider.saying("from a");
    private static final FakeProvider B = FakeProvider.saying("from b");
    private static final FakeProvider C = FakeProvider.saying("from c");

    @AfterAll
    static void stop() {
        Stream.of(A, B, C).forEach(FakeProvider::close);
    }

    private static TestGateway over(String routing) {
        return TestGateway.start(providers("", A, B, C) + "routing:\n" + routing.indent(2));
    }

    /** The providers of so many answers, one after the other. */
    private static List<String> answers(TestGateway gateway, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Answers.provider(gateway.chat(chat("gpt-4", i % 2 == 0))))
                .toList();
    }

    @Test
    void priority_asks_the_lowest_number() {
        try (TestGateway gateway = over(
                """
                strategy: priority
                providers: [{name: a, priority: 3}, {name: b, priority: 1}, {name: c, priority: 2}]
                """)) {
            assertThat(answers(gateway, 3)).containsOnly("b");
            gateway.operate("b", "drain");
            assertThat(answers(gateway, 3)).containsOnly("c");
        }
    }

    @Test
    void equal_priorities_take_turns() {
        try (TestGateway gateway = over(
                """
                strategy: priority
                providers: [{name: a, priority: 1}, {name: b, priority: 1}, {name: c, priority: 2}]
                """)) {
            assertThat(answers(gateway, 4)).containsExactly("a", "b", "a", "b");
        }
    }

    @Test
    void round_robin_asks_everyone_in_turn() {
        try (TestGateway gateway = over("strategy: round_robin")) {
            assertThat(answers(gateway, 7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
        }
    }

    @Test
    void weighted_gives_each_its_share() {
        try (TestGateway gateway = over(
                """
                strategy: weighted
                providers: [{name: a, weight: 60}, {name: b, weight: 30}, {name: c, weight: 10}]
                """)) {
            List<String> answers = answers(gateway, 20);
            assertThat(Stream.of("a", "b", "c").map(name -> Collections.frequency(answers, name)))
                    .containsExactly(12, 6, 2);
        }
    }

    @Test
    void cost_asks_the_cheapest_and_last_the_one_whose_price_is_unknown() {
        try (TestGateway gateway = over(
                """
                strategy: cost
                providers:
                  - {name: a}
                  - {name: b, cost: {input_per_1k: 0.01, output_per_1k: 0.03}}
                  - {name: c, cost: {input_per_1k: 0.008, output_per_1k: 0.024}}
                """)) {
            assertThat(answers(gateway, 2)).containsOnly("c");
            gateway.operate("c", "drain");
            assertThat(answers(gateway, 2)).containsOnly("b");
            gateway.operate("b", "drain");
            assertThat(answers(gateway, 2)).containsOnly("a");
        }
    }

    @Test
    void latency_asks_the_fastest_once_everyone_is_known() {
        try (FakeProvider slow = new FakeProvider(call -> {
                    LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
                    call.json(200, completionOf(1));
                });
                // Many tokens, so that a pause of this machine cannot make it the slower one per token.
                FakeProvider fast = new FakeProvider(call -> call.json(200, completionOf(1000)));
                TestGateway gateway = TestGateway.start(providers("", slow, fast)
                        + "routing: {strategy: latency, latency: {window: 5m, percentile: 95}}\n")) {
            List<String> first = IntStream.range(0, 20)
                    .mapToObj(i -> Answers.provider(gateway.chat(chat("gpt-4", false))))
                    .toList();
            assertThat(first).contains("a", "b");
            learnedAll(gateway);
            List<String> then = IntStream.range(0, 10)
                    .mapToObj(i -> Answers.provider(gateway.chat(chat("gpt-4", false))))
                    .toList();
            assertThat(then).containsOnly("b");
        }
    }

    /** Both providers have answered so often that none has to be explored any more. */
    private static void learnedAll(TestGateway gateway) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            gateway.chat(chat("gpt-4", false));
            return gateway.stats("a").path("requests").asInt() >= 10
                    && gateway.stats("b").path("requests").asInt() >= 10;
        });
        // Readings of the windows are used again for a tenth of a second.
        LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    }

    private static String completionOf(int tokens) {
        return FakeProvider.Call.completionBody("x")
                .replace("\"completion_tokens\":7", "\"completion_tokens\":" + tokens);
    }

    @Test
    void model_asks_the_provider_of_the_route_else_the_default() {
        try (TestGateway gateway = over(
                """
                strategy: model
                model_routes: {gpt-4: c, claude-*: b, default: a}
                """)) {
            assertThat(Stream.of("gpt-4", "claude-3-opus", "anything-else")
                            .map(model -> gateway.chat(chat(model, false)))
                            .map(Answers::provider))
                    .containsExactly("c", "b", "a");
            assertThat(A.requests().get(A.requests().size() - 1).body()).contains("\"model\":\"anything-else\"");
        }
    }
}
