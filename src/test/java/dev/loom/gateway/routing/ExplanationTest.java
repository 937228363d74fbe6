package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Bench.chat;
import static dev.loom.gateway.routing.Bench.failure;
import static dev.loom.gateway.routing.Bench.succeed;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.routing.Explanation.Verdict;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the planner says it would do is what it does, and saying it changes nothing. */
class ExplanationTest {

    private static final int LIVES = 12;
    private static final int REQUESTS = 60;

    private static Bench bench(String strategy) {
        return new Bench(strategy(strategy)
                .slowStart(Duration.ofSeconds(3))
                .route("m", "b")
                .fallback("d", true, true)
                .routed("a", "b", "c")
                .with(
                        provider("a").price(1, 2).weight(5).limits(20, 5_000, 3).healthChecked(),
                        provider("b").price(2, 1).weight(3).limits(10, 9_000, 2).healthChecked(),
                        provider("c").price(1, 2).weight(2),
                        provider("d")));
    }

    private static Explanation explain(Bench bench) throws ModelNotServed {
        return bench.planner.explain(chat("m", ""), candidate -> null);
    }

    /** Whom the next request goes to, or the status with which it ends. */
    private static String fate(Step step) {
        return step instanceof Attempt attempt
                ? attempt.candidate().provider()
                : Integer.toString(((Step.GiveUp) step).error().status());
    }

    private static String foretold(Explanation explanation) {
        Candidate first = explanation.first();
        return first != null
                ? first.provider()
                : Integer.toString(Objects.requireNonNull(explanation.error()).status());
    }

    /** Slow start draws lots, which nobody can foretell; everything else must come as it was said. */
    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "weighted", "cost", "latency", "model"})
    void the_next_request_goes_where_it_was_said_whatever_has_happened(String strategy) throws ModelNotServed {
        for (int seed = 0; seed < LIVES; seed++) {
            Random life = new Random(seed);
            Bench bench = bench(strategy);
            for (int i = 0; i < REQUESTS; i++) {
                bench.time.advance(Duration.ofMillis(life.nextInt(4_000)));
                happen(bench, life);
                String said = foretold(explain(bench));
                assertThat(foretold(explain(bench))).isEqualTo(said);
                Plan plan = bench.plan();
                if (bench.traffic.values().stream().allMatch(provider -> provider.slowStartShare() == 1)) {
                    Step step = plan.next();
                    assertThat(fate(step)).as("seed %d, request %d", seed, i).isEqualTo(said);
                    end(step, life);
                }
                if (life.nextInt(4) > 0) {
                    plan.close();
                }
            }
        }
    }

    private static void happen(Bench bench, Random life) {
        String name = List.of("a", "b", "c", "d").get(life.nextInt(4));
        ProviderTraffic traffic = bench.traffic(name);
        switch (life.nextInt(9)) {
            case 0 -> traffic.drain();
            case 1 -> traffic.resume();
            case 2 -> bench.openBreaker(name);
            case 3 -> traffic.coolDown().extend(Duration.ofSeconds(10), Outcome.RATE_LIMITED);
            case 4 -> bench.makeUnhealthy(name);
            case 5 -> traffic.health().checkSucceeded(Duration.ofMillis(1));
            case 6 -> traffic.headroom().observe("requests", life.nextInt(3), 100, Duration.ofSeconds(10));
            case 7 ->
                IntStream.range(0, 12).forEach(i -> traffic.recordAnswer(Duration.ofMillis(life.nextInt(900)), null));
            default -> traffic.breaker().reset();
        }
    }

    private static void end(Step step, Random life) {
        if (step instanceof Attempt attempt && life.nextBoolean()) {
            if (attempt.candidate().traffic().breaker().tryAcquirePermission()) {
                attempt.admitted();
                attempt.calling();
                if (life.nextInt(3) == 0) {
                    attempt.failed(failure(Outcome.TRANSIENT, 503));
                } else {
                    succeed(attempt);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "weighted", "cost", "latency", "model"})
    void asking_takes_no_share_moves_no_turn_and_lets_no_probe_out(String strategy) throws ModelNotServed {
        Bench asked = bench(strategy);
        Bench left = bench(strategy);
        for (int i = 0; i < 20; i++) {
            explain(asked);
            explain(asked);
            assertThat(asked.order()).isEqualTo(left.order());
        }
        List.of("a", "b", "c", "d").forEach(asked::openBreaker);
        explain(asked);
        assertThat(asked.remaining("a", "requests_per_minute")).isEqualTo(20);
        assertThat(asked.remaining("a", "tokens_per_minute")).isEqualTo(5_000);
        assertThat(asked.remaining("a", "concurrent_requests")).isEqualTo(3);
        assertThat(asked.traffic("a").breaker().admits()).isFalse();
        assertThat(asked.traffic("a").counters().snapshot().requests()).isZero();
        assertThat(asked.failovers).isEmpty();
        assertThat(asked.refusals).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "priority | {'value':1}",
                "round_robin | {'slow_start_share':1.0}",
                "weighted | {'value':0.5,'weight':5,'slow_start_share':1.0}",
                "cost | {'value':1.007,'input_tokens':7,'output_tokens':500,'input_per_1k':1.0,'output_per_1k':2.0,"
                        + "'latency':{'value':null,'measure':'ms_per_output_token','percentile':95.0,"
                        + "'at_percentile':null,'samples':0,'in_flight':0,'explored':true},'slow_start_share':1.0}",
                "latency | {'value':null,'measure':'ms_per_output_token','percentile':95.0,"
                        + "'at_percentile':null,'samples':0,'in_flight':0,'explored':true,'slow_start_share':1.0}",
                "model | {'routed':false,'route':'m','priority':1}"
            })
    void the_score_of_each_strategy_has_these_numbers(String strategy, String score) throws ModelNotServed {
        Verdict a = explain(bench(strategy)).verdicts().get(0);
        assertThat(String.valueOf(a.score())).isEqualTo(score.replace('\'', '"'));
    }

    @Test
    void a_provider_that_has_just_come_back_is_foretold_by_the_likelier_half() throws ModelNotServed {
        Bench bench = new Bench(
                strategy("round_robin").slowStart(Duration.ofSeconds(20)).with(provider("a"), provider("b")));
        bench.openBreaker("a");
        bench.traffic("a").breaker().reset();
        bench.time.advance(Duration.ofSeconds(5));
        assertThat(foretold(explain(bench))).isEqualTo("b");
        bench.time.advance(Duration.ofSeconds(10));
        assertThat(foretold(explain(bench))).isEqualTo("a");
    }

    @Test
    void a_strategy_of_ones_own_is_explained_by_its_order() throws ModelNotServed {
        Setup setup = strategy("bean:mine").with(provider("a"), provider("b"));
        Bench bench = new Bench(strategy("priority").with(provider("a"), provider("b")));
        Strategy mine = (candidates, request) -> List.of(candidates.get(1), candidates.get(0));
        Planner planner =
                new Planner(setup.build(), bench.traffic, mine, RoutingObserver.NONE, bench.time, bench.random);
        Explanation explanation = planner.explain(chat("m", ""), candidate -> null);
        assertThat(foretold(explanation)).isEqualTo("b");
        assertThat(explanation.order()).extracting(Candidate::provider).containsExactly("b", "a");
        assertThat(explanation.verdicts()).extracting(Verdict::score).allSatisfy(score -> assertThat(score)
                .isEmpty());
    }

    @Test
    void who_cannot_say_the_request_is_passed_over() throws ModelNotServed {
        Bench bench =
                new Bench(strategy("priority").with(provider("a"), provider("b").priority(2)));
        ApiError error = ApiError.invalidRequest("no word for it", "tools", null);
        Explanation explanation = bench.planner.explain(
                chat("m", ""), candidate -> candidate.provider().equals("a") ? error : null);
        assertThat(foretold(explanation)).isEqualTo("b");
        assertThat(Objects.requireNonNull(explanation.verdicts().get(0).state()).skipped())
                .isEqualTo(SkipReason.UNSUPPORTED);
    }

    @Test
    void each_way_to_serve_a_model_is_named() throws ModelNotServed {
        Bench bench = new Bench(strategy("model")
                .mapping("gpt-4", "a", "mapped")
                .route("gpt-*", "e")
                .routed("a", "b", "c", "d")
                .with(
                        provider("a").models("x"),
                        provider("b").models("gpt-4-0613"),
                        provider("c").deployment("gpt-4", "dep"),
                        provider("d"),
                        provider("e").models("x"),
                        provider("f").models("gpt-4")));
        Explanation explanation = bench.planner.explain(chat("gpt-4", ""), candidate -> null);
        assertThat(explanation.verdicts())
                .extracting(verdict -> verdict.provider().name() + ":" + verdict.by() + ":" + verdict.entry() + ":"
                        + Objects.requireNonNull(verdict.state()).candidate().model() + ":" + verdict.eligible())
                .containsExactly(
                        "a:model_mapping:gpt-4:mapped:true",
                        "b:models:gpt-4-0613:gpt-4-0613:true",
                        "c:deployments:gpt-4:dep:true",
                        "d:any_model:null:gpt-4:true",
                        "e:model_routes:gpt-*:gpt-4:true",
                        "f:models:gpt-4:gpt-4:false");
    }

    @Test
    void a_model_that_nobody_serves_is_refused_as_any_request_for_it() {
        Bench bench = new Bench(strategy("priority").with(provider("a").models("x")));
        assertThatThrownBy(() -> bench.planner.explain(chat("y", ""), candidate -> null))
                .isInstanceOf(ModelNotServed.class);
    }
}
