package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which each strategy puts the candidates. */
class StrategiesTest {

    private static Bench three(String strategy) {
        return new Bench(strategy(strategy).with(provider("a"), provider("b"), provider("c")));
    }

    private static List<String> firsts(Bench bench, int requests) throws ModelNotServed {
        List<String> firsts = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            firsts.add(bench.first());
        }
        return firsts;
    }

    private static Map<String, Long> shares(List<String> firsts) {
        return firsts.stream().collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    /** Where requests really go: the first candidate that is not skipped. */
    private static Map<String, Long> calls(Bench bench, int requests) throws ModelNotServed {
        Map<String, Long> calls = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            Attempt attempt = bench.call(bench.plan());
            calls.merge(attempt.candidate().provider(), 1L, Long::sum);
            Bench.succeed(attempt);
        }
        return calls;
    }

    @Test
    void an_unknown_name_is_refused() {
        Setup setup = strategy("fastest").with(provider("a"));
        assertThatThrownBy(() -> new Bench(setup)).hasMessageContaining("Unknown strategy 'fastest'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "weighted", "cost", "latency", "model"})
    void every_candidate_is_in_the_order_exactly_once(String name) throws Exception {
        Bench bench = three(name);
        bench.openBreaker("b");
        for (int i = 0; i < 20; i++) {
            assertThat(bench.order()).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    // ---- priority ----

    @Test
    void priority_goes_upwards_from_one() throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(
                        provider("a").priority(3),
                        provider("b").priority(1),
                        provider("c").priority(2)));
        assertThat(bench.order()).containsExactly("b", "c", "a");
    }

    @Test
    void equal_priorities_take_turns() throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(
                        provider("a").priority(2),
                        provider("b"),
                        provider("c"),
                        provider("d").priority(2)));
        assertThat(bench.order()).containsExactly("b", "c", "a", "d");
        assertThat(bench.order()).containsExactly("c", "b", "d", "a");
        assertThat(bench.order()).containsExactly("b", "c", "a", "d");
    }

    // ---- round robin ----

    @Test
    void round_robin_is_an_exact_rotation() throws Exception {
        assertThat(firsts(three("round_robin"), 7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void each_set_of_eligible_providers_has_a_rotation_of_its_own() throws Exception {
        Bench bench = new Bench(strategy("round_robin")
                .with(
                        provider("a").models("m", "n"),
                        provider("b").models("m", "n"),
                        provider("c").models("m")));
        for (int i = 0; i < 6; i++) {
            assertThat(bench.first()).isEqualTo(List.of("a", "b", "c").get(i % 3));
            assertThat(bench.plan("n").order().get(0).provider())
                    .isEqualTo(List.of("a", "b").get(i % 2));
        }
    }

    @Test
    void the_turns_of_a_broken_provider_are_shared_by_all_others() throws Exception {
        Bench bench = three("round_robin");
        bench.openBreaker("b");
        assertThat(calls(bench, 12)).isEqualTo(Map.of("a", 6L, "c", 6L));
    }

    @Test
    void round_robin_is_exact_under_concurrency() throws Exception {
        Bench bench = three("round_robin");
        assertThat(concurrently(bench, 16, 300)).isEqualTo(Map.of("a", 1600L, "b", 1600L, "c", 1600L));
    }

    private static Map<String, Long> concurrently(Bench bench, int threads, int requests) throws Exception {
        ConcurrentMap<String, Long> shares = new ConcurrentHashMap<>();
        List<Thread> workers = IntStream.range(0, threads)
                .mapToObj(i -> new Thread(() -> {
                    for (int n = 0; n < requests; n++) {
                        try {
                            shares.merge(bench.first(), 1L, Long::sum);
                        } catch (ModelNotServed e) {
                            throw new AssertionError(e);
                        }
                    }
                }))
                .toList();
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            worker.join();
        }
        return shares;
    }

    // ---- weighted ----

    private static Bench weighted() {
        return new Bench(strategy("weighted")
                .with(
                        provider("a").weight(60),
                        provider("b").weight(30),
                        provider("c").weight(10)));
    }

    @Test
    void weights_are_shares() throws Exception {
        assertThat(shares(firsts(weighted(), 100))).isEqualTo(Map.of("a", 60L, "b", 30L, "c", 10L));
    }

    @Test
    void the_rest_of_the_order_follows_by_weight() throws Exception {
        Bench bench = weighted();
        for (int i = 0; i < 10; i++) {
            List<String> order = bench.order();
            assertThat(order.subList(1, 3))
                    .isEqualTo(List.of("a", "b", "c").stream()
                            .filter(name -> !name.equals(order.get(0)))
                            .toList());
        }
    }

    @Test
    void only_usable_providers_share_the_load() throws Exception {
        Bench bench = weighted();
        bench.openBreaker("a");
        assertThat(calls(bench, 40)).isEqualTo(Map.of("b", 30L, "c", 10L));
    }

    @Test
    void a_weight_of_zero_drains() throws Exception {
        Bench bench = new Bench(
                strategy("weighted").with(provider("a").weight(0), provider("b").weight(30)));
        assertThat(calls(bench, 5)).isEqualTo(Map.of("b", 5L));
    }

    @Test
    void weights_are_exact_under_concurrency() throws Exception {
        assertThat(concurrently(weighted(), 16, 250)).isEqualTo(Map.of("a", 2400L, "b", 1200L, "c", 400L));
    }

    // ---- cost ----

    private static Bench priced() {
        return new Bench(strategy("cost")
                .with(
                        provider("unpriced"),
                        provider("short").price(0.001, 0.1),
                        provider("long").price(0.1, 0.001),
                        provider("dear").price(1, 1)));
    }

    private static List<String> order(Bench bench, int inputTokens, Integer maxTokens) {
        RoutingRequest request = new RoutingRequest("m", false, inputTokens, maxTokens, bench.random);
        return bench
                .strategy
                .order(
                        bench.traffic.values().stream()
                                .map(traffic -> new Candidate(traffic, "m", true))
                                .toList(),
                        request)
                .stream()
                .map(Candidate::provider)
                .toList();
    }

    @Test
    void the_cheapest_is_the_one_for_this_very_request_and_the_unpriced_is_last() {
        assertThat(order(priced(), 10_000, 100)).containsExactly("short", "long", "dear", "unpriced");
        assertThat(order(priced(), 100, 10_000)).containsExactly("long", "short", "dear", "unpriced");
    }

    @Test
    void the_expected_answer_is_learned() {
        Bench bench = priced();
        assertThat(order(bench, 1_000, 4_000)).startsWith("long");
        IntStream.range(0, 20)
                .forEach(i -> bench.traffic("short").outputLengths().record("m", 10));
        assertThat(order(bench, 1_000, 4_000)).startsWith("short");
    }

    @Test
    void an_equal_price_is_settled_by_latency() {
        Bench bench = new Bench(
                strategy("cost").with(provider("a").price(0, 0), provider("b").price(0, 0)));
        learn(bench, "a", 200, 10);
        learn(bench, "b", 100, 10);
        assertThat(order(bench, 10, 10)).containsExactly("b", "a");
    }

    // ---- latency ----

    /** So many whole answers of one token and this duration. */
    private static void learn(Bench bench, String provider, int millis, int samples) {
        for (int i = 0; i < samples; i++) {
            bench.traffic(provider).recordAnswer(Duration.ofMillis(millis), new Usage(1, 1, 0));
        }
        bench.time.advance(Duration.ofMillis(100));
    }

    @Test
    void the_fastest_is_first() throws Exception {
        Bench bench = three("latency");
        learn(bench, "a", 300, 10);
        learn(bench, "b", 100, 10);
        learn(bench, "c", 200, 10);
        assertThat(bench.order()).containsExactly("b", "c", "a");
    }

    @Test
    void a_reading_serves_for_a_tenth_of_a_second() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 100, 10);
        learn(bench, "b", 200, 10);
        assertThat(bench.first()).isEqualTo("a");
        for (int i = 0; i < 10; i++) {
            bench.traffic("a").recordAnswer(Duration.ofSeconds(1), null);
        }
        bench.time.advance(Duration.ofMillis(99));
        assertThat(bench.first()).isEqualTo("a");
        bench.time.advance(Duration.ofMillis(1));
        assertThat(bench.first()).isEqualTo("b");
    }

    @Test
    void it_is_the_percentile_that_counts_not_the_mean() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 10, 90);
        learn(bench, "a", 1000, 10);
        learn(bench, "b", 200, 100);
        assertThat(bench.order()).containsExactly("b", "a");
    }

    @Test
    void the_window_slides() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 1000, 50);
        learn(bench, "b", 500, 50);
        bench.time.advance(Duration.ofMinutes(6));
        learn(bench, "a", 100, 10);
        learn(bench, "b", 500, 10);
        assertThat(bench.order()).containsExactly("a", "b");
    }

    @Test
    void streams_and_whole_answers_are_measured_apart() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        for (int i = 0; i < 10; i++) {
            bench.traffic("a").recordFirstToken(Duration.ofMillis(100));
            bench.traffic("b").recordFirstToken(Duration.ofMillis(900));
        }
        learn(bench, "a", 90, 10);
        learn(bench, "b", 10, 10);
        assertThat(bench.first()).isEqualTo("b");
        assertThat(bench.planner
                        .plan(Bench.chat("m", ",\"stream\":true"))
                        .order()
                        .get(0)
                        .provider())
                .isEqualTo("a");
    }

    @Test
    void requests_in_flight_count_a_tenth_each() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 100, 10);
        learn(bench, "b", 145, 10);
        Map<String, Integer> inFlight = new TreeMap<>();
        for (int i = 0; i < 5; i++) {
            inFlight.merge(bench.call(bench.plan()).candidate().provider(), 1, Integer::sum);
        }
        assertThat(inFlight).isEqualTo(Map.of("a", 5));
        assertThat(bench.first()).isEqualTo("b");
    }

    @Test
    void one_request_in_ten_explores_who_is_not_known() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 100, 10);
        assertThat(shares(firsts(bench, 100))).isEqualTo(Map.of("a", 90L, "b", 10L));
    }

    @Test
    void while_ten_answers_are_awaited_one_in_a_hundred_does() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 100, 10);
        Map<String, Long> calls = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            Attempt attempt = bench.call(bench.plan());
            calls.merge(attempt.candidate().provider(), 1L, Long::sum);
            if (attempt.candidate().provider().equals("a")) {
                Bench.succeed(attempt);
            }
        }
        assertThat(calls.get("b")).isBetween(18L, 20L);
    }

    @Test
    void while_nobody_is_known_everyone_gets_the_same() throws Exception {
        Bench bench = three("latency");
        Map<String, Long> calls = new TreeMap<>();
        for (int i = 0; i < 27; i++) {
            calls.merge(bench.call(bench.plan()).candidate().provider(), 1L, Long::sum);
        }
        assertThat(calls).isEqualTo(Map.of("a", 9L, "b", 9L, "c", 9L));
    }

    @Test
    void a_failure_counts_as_its_timeout() throws Exception {
        Bench bench = new Bench(strategy("latency").with(provider("a"), provider("b")));
        learn(bench, "a", 10, 19);
        learn(bench, "b", 1000, 20);
        bench.traffic("a").recordFailure(false, Duration.ofMinutes(2));
        bench.traffic("a").recordFailure(false, Duration.ofMinutes(2));
        bench.time.advance(Duration.ofMillis(100));
        assertThat(bench.first()).isEqualTo("b");
    }

    // ---- model ----

    @Test
    void the_route_comes_first_and_the_others_by_priority() throws Exception {
        Bench bench = new Bench(strategy("model")
                .with(
                        provider("a").priority(2),
                        provider("b").priority(3),
                        provider("c").priority(1))
                .route("gpt-4", "b")
                .route("gpt*", "a")
                .route("gpt-4*", "c")
                .route("default", "a"));
        assertThat(names(bench.plan("gpt-4"))).containsExactly("b", "c", "a");
        assertThat(names(bench.plan("gpt-4o"))).containsExactly("c", "a", "b");
        assertThat(names(bench.plan("gpt-3"))).containsExactly("a", "c", "b");
        assertThat(names(bench.plan("other"))).containsExactly("a", "c", "b");
    }

    private static List<String> names(Plan plan) {
        return plan.order().stream().map(Candidate::provider).toList();
    }

    // ---- slow start ----

    @ParameterizedTest
    @ValueSource(strings = {"round_robin", "weighted", "cost", "latency"})
    void a_provider_that_comes_back_takes_a_growing_share(String name) throws Exception {
        Bench bench = comeBack(name);
        bench.time.advance(Duration.ofSeconds(15));
        long early = shares(firsts(bench, 2000)).getOrDefault("a", 0L);
        bench.time.advance(Duration.ofSeconds(30));
        long late = shares(firsts(bench, 2000)).getOrDefault("a", 0L);
        bench.time.advance(Duration.ofSeconds(15));
        long whole = shares(firsts(bench, 2000)).getOrDefault("a", 0L);
        assertThat(early / (double) whole).isBetween(0.2, 0.3);
        assertThat(late / (double) whole).isBetween(0.7, 0.8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority", "model"})
    void but_not_where_the_order_is_the_users(String name) throws Exception {
        assertThat(firsts(comeBack(name), 100))
                .contains("a")
                .filteredOn("b"::equals)
                .hasSizeLessThanOrEqualTo(50);
    }

    @Test
    void a_provider_that_is_held_back_is_still_the_last_resort() throws Exception {
        Bench bench = comeBack("cost");
        bench.openBreaker("b");
        Bench.succeed(bench.call(bench.plan(), "a"));
    }

    /** a was open, is closed now and has its slow start of a minute before it; under cost and latency it is the best. */
    private static Bench comeBack(String name) {
        Bench bench = new Bench(strategy(name)
                .with(provider("a").price(1, 1), provider("b").price(2, 2))
                .slowStart(Duration.ofMinutes(1)));
        learn(bench, "a", 100, 10);
        learn(bench, "b", 200, 10);
        bench.openBreaker("a");
        bench.traffic("a").breaker().transitionToClosedState();
        return bench;
    }
}
