package dev.loom.gateway.routing;

import static dev.loom.gateway.provider.Outcome.CALLER_FAULT;
import static dev.loom.gateway.provider.Outcome.CONTEXT_LENGTH;
import static dev.loom.gateway.provider.Outcome.CREDENTIAL;
import static dev.loom.gateway.provider.Outcome.MODEL_GONE;
import static dev.loom.gateway.provider.Outcome.QUOTA;
import static dev.loom.gateway.provider.Outcome.RATE_LIMITED;
import static dev.loom.gateway.provider.Outcome.TRANSIENT;
import static dev.loom.gateway.provider.Outcome.UNSUPPORTED_HERE;
import static dev.loom.gateway.routing.Bench.failure;
import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Bench.succeed;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each outcome of an attempt does to the request, to the breaker, to the cool-down and to the counts. */
class OutcomeTest {

    private final Bench bench =
            new Bench(strategy("priority").with(provider("a"), provider("b").priority(2)));
    private final ProviderTraffic a = bench.traffic("a");

    private Plan failed(Failure failure) throws ModelNotServed {
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure);
        return plan;
    }

    @Test
    void a_success_is_recorded_when_it_is_committed() throws Exception {
        a.breaker().failure(a.breaker().epoch());
        Attempt attempt = bench.call(bench.plan(), "a");
        attempt.committed();
        assertThat(a.breaker().consecutiveFailures()).isZero();
        assertThat(a.health().status()).isEqualTo(Health.Status.HEALTHY);
        assertThat(a.counters().inFlight()).isEqualTo(1);
        attempt.completed(new Usage(10, 20, 0));
        assertThat(a.counters().inFlight()).isZero();
        assertThat(a.counters().snapshot().successes()).isEqualTo(1);
        assertThat(attempt.usage()).isEqualTo(new Usage(10, 20, 0));
    }

    @Test
    void embeddings_say_nothing_of_the_time_that_a_token_takes() throws Exception {
        byte[] body = "{\"model\":\"m\",\"input\":\"Hello\"}".getBytes(StandardCharsets.UTF_8);
        Attempt attempt = bench.call(bench.planner.plan(EmbeddingsRequest.parse(body)), "a");
        attempt.committed();
        attempt.completed(null);
        assertThat(a.perOutputToken().count()).isZero();
        assertThat(a.counters().snapshot().successes()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 409, 500, 502, 503, 504, 529})
    void a_transient_failure_goes_on_and_counts_for_the_breaker(int status) throws Exception {
        Plan plan = failed(failure(TRANSIENT, status));
        assertThat(a.breaker().consecutiveFailures()).isEqualTo(1);
        assertThat(a.coolDown().active()).isFalse();
        succeed(bench.call(plan, "b"));
    }

    @Test
    void too_many_requests_go_on_and_cool_down_for_the_retry_after() throws Exception {
        Plan plan = failed(failure(RATE_LIMITED, 429, Duration.ofSeconds(17)));
        assertThat(a.breaker().consecutiveFailures()).isZero();
        assertThat(a.coolDown().remaining()).isEqualTo(Duration.ofSeconds(17));
        succeed(bench.call(plan, "b"));
    }

    @Test
    void without_a_retry_after_the_cool_down_is_five_seconds() throws Exception {
        failed(failure(RATE_LIMITED, 429));
        assertThat(a.coolDown().remaining()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @EnumSource(names = {"QUOTA", "CREDENTIAL"})
    void an_account_that_is_refused_goes_on_and_cools_down_for_half_an_hour(Outcome outcome) throws Exception {
        Plan plan = failed(failure(outcome, 401));
        assertThat(a.breaker().consecutiveFailures()).isZero();
        assertThat(a.coolDown().remaining()).isEqualTo(Duration.ofMinutes(30));
        succeed(bench.call(plan, "b"));
    }

    @Test
    void a_model_that_is_gone_goes_on_and_does_nothing_else() throws Exception {
        Plan plan = failed(failure(MODEL_GONE, 404));
        assertThat(a.breaker().consecutiveFailures()).isZero();
        assertThat(a.coolDown().active()).isFalse();
        succeed(bench.call(plan, "b"));
    }

    @Test
    void too_long_a_prompt_is_relayed_where_nobody_sends_another_model() throws Exception {
        FinalError error = giveUp(failed(failure(CONTEXT_LENGTH, 400)));
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.error().message()).isEqualTo("The provider says 400");
        assertThat(a.breaker().consecutiveFailures()).isZero();
    }

    @Test
    void too_long_a_prompt_goes_on_to_another_model_only() throws Exception {
        Bench three = new Bench(strategy("priority")
                .with(
                        provider("a"),
                        provider("same").priority(2),
                        provider("larger").priority(3))
                .mapping("m", "larger", "m-32k"));
        Plan plan = three.plan();
        three.call(plan, "a").failed(failure(CONTEXT_LENGTH, 400));
        three.call(plan, "larger").failed(Bench.unavailable());
        three.pause(plan);
        three.call(plan, "larger").failed(Bench.unavailable());
        assertThat(giveUp(plan).status()).isEqualTo(400);
    }

    @Test
    void who_failed_in_passing_is_not_asked_again_for_a_model_that_proved_too_short() throws Exception {
        Bench three = new Bench(strategy("priority")
                .with(
                        provider("a"),
                        provider("b").priority(2),
                        provider("larger").priority(3))
                .mapping("m", "larger", "m-32k"));
        three.openBreaker("larger");
        Plan plan = three.plan();
        three.call(plan, "a").failed(Bench.unavailable());
        three.call(plan, "b").failed(failure(CONTEXT_LENGTH, 400));
        assertThat(giveUp(plan).status()).isEqualTo(400);
    }

    @Test
    void what_one_kind_does_not_take_goes_on_to_another_kind_only() throws Exception {
        Bench three = new Bench(strategy("priority")
                .with(
                        provider("a"),
                        provider("same").priority(2),
                        provider("other").deployment("m", "m").priority(3)));
        Plan plan = three.plan();
        three.call(plan, "a").failed(failure(UNSUPPORTED_HERE, 400));
        succeed(three.call(plan, "other"));
        assertThat(three.traffic("a").breaker().consecutiveFailures()).isZero();
        assertThat(three.traffic("a").health().snapshot().error()).isNull();
        assertThat(three.traffic("a").coolDown().active()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403})
    void what_one_account_may_not_use_another_of_the_same_kind_may(int status) throws Exception {
        Plan plan = failed(failure(UNSUPPORTED_HERE, status));
        assertThat(a.coolDown().active()).isFalse();
        assertThat(a.health().snapshot().error()).isNull();
        succeed(bench.call(plan, "b"));
    }

    @Test
    void what_no_account_may_use_is_asked_of_each_once_and_relayed() throws Exception {
        Plan plan = failed(failure(UNSUPPORTED_HERE, 403));
        bench.call(plan, "b").failed(failure(UNSUPPORTED_HERE, 403));
        assertThat(giveUp(plan).status()).isEqualTo(403);
    }

    @Test
    void what_nobody_else_may_take_is_relayed_at_once() throws Exception {
        FinalError error = giveUp(failed(failure(UNSUPPORTED_HERE, 422)));
        assertThat(error.status()).isEqualTo(422);
        assertThat(error.error().code()).isEqualTo("some_code");
    }

    @Test
    void a_repetition_is_no_attempt_of_its_own() throws Exception {
        Plan plan = bench.plan();
        bench.call(plan, "a").repeat("stream_options");
        Attempt second = bench.call(plan, "a");
        assertThat(second.target().quirks().refused()).containsExactly("stream_options");
        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(a.counters().inFlight()).isEqualTo(1);
        succeed(second);
        assertThat(a.counters().snapshot().requests()).isEqualTo(1);
        assertThat(a.counters().inFlight()).isZero();
        assertThat(plan.trail()).hasSize(1);
    }

    @Test
    void a_repetition_that_never_comes_gives_everything_back() throws Exception {
        bench.openBreaker("a");
        bench.time.advance(Duration.ofMinutes(1));
        Plan plan = bench.plan();
        bench.call(plan, "a").repeat("x");
        assertThat(a.breaker().admits()).as("the probe").isTrue();
        plan.close();
        assertThat(a.counters().inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 413, 415, 422})
    void a_fault_of_the_caller_is_relayed_at_once(int status) throws Exception {
        Plan plan = failed(failure(CALLER_FAULT, status));
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.error().code()).isEqualTo("some_code");
        assertThat(a.breaker().consecutiveFailures()).isZero();
        assertThat(a.health().snapshot().error()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {407, 421, 426})
    void what_is_asked_of_the_gateways_own_connection_is_never_asked_of_the_clients(int status) throws Exception {
        FinalError error = giveUp(failed(failure(CALLER_FAULT, status)));
        assertThat(error.status()).isEqualTo(502);
        assertThat(error.error().type()).isEqualTo("server_error");
        assertThat(error.error().code()).isEqualTo("some_code");
    }

    @Test
    void a_hang_up_counts_for_nothing_and_gives_the_probe_back() throws Exception {
        bench.openBreaker("a");
        bench.time.advance(Duration.ofMinutes(1));
        Attempt probe = bench.call(bench.plan(), "a");
        assertThat(a.breaker().admits()).isFalse();
        probe.hungUp(null);
        assertThat(a.breaker().admits()).isTrue();
        assertThat(a.breaker().getState()).isEqualTo(State.HALF_OPEN);
        assertThat(a.counters().snapshot().hangUps()).isEqualTo(1);
        assertThat(a.counters().snapshot().errorCount()).isZero();
    }

    @Test
    void a_stream_that_breaks_after_its_commit_is_one_failure_more_and_never_retried() throws Exception {
        Plan plan = bench.plan();
        Attempt attempt = bench.call(plan, "a");
        attempt.committed();
        attempt.broken(Failure.transientFailure("broke"), new Usage(5, 3, 0));
        assertThat(a.breaker().consecutiveFailures()).isEqualTo(1);
        assertThat(a.counters().snapshot().errors()).isEqualTo(Map.of(TRANSIENT, 1L));
        assertThat(a.counters().snapshot().tokens()).isEqualTo(new Usage(5, 3, 0));
    }

    @Test
    void a_failure_that_is_reported_after_the_commit_is_not_retried_either() throws Exception {
        Attempt attempt = bench.call(bench.plan(), "a");
        attempt.committed();
        assertThat(attempt.failed(Bench.unavailable())).isFalse();
        assertThat(a.breaker().consecutiveFailures()).isEqualTo(1);
    }

    @Test
    void what_is_reported_after_the_end_is_ignored() throws Exception {
        Attempt attempt = bench.call(bench.plan(), "a");
        succeed(attempt);
        attempt.committed();
        attempt.completed(null);
        attempt.hungUp(null);
        attempt.broken(Bench.unavailable(), null);
        attempt.unsupported(ApiError.server("no", null));
        assertThat(attempt.failed(Bench.unavailable())).isFalse();
        assertThat(a.counters().snapshot().successes()).isEqualTo(1);
        assertThat(a.counters().snapshot().errorCount()).isZero();
        assertThat(a.counters().inFlight()).isZero();
        assertThat(a.breaker().consecutiveFailures()).isZero();
    }

    @Test
    void the_statuses_that_fail_over_may_be_replaced() throws Exception {
        Bench own = new Bench(strategy("priority")
                .with(provider("a"), provider("b").priority(2))
                .retryCodes(500, 422));
        Plan unlisted = own.plan();
        own.call(unlisted, "a").failed(failure(TRANSIENT, 502));
        assertThat(giveUp(unlisted).status()).isEqualTo(502);
        assertThat(own.traffic("a").breaker().consecutiveFailures()).isEqualTo(1);

        Plan listed = own.plan();
        own.call(listed, "a").failed(failure(CALLER_FAULT, 422));
        own.call(listed, "b");
    }

    @Test
    void an_unlisted_429_is_relayed_and_cools_down_all_the_same() throws Exception {
        Bench own = new Bench(strategy("priority")
                .with(provider("a"), provider("b").priority(2))
                .retryCodes(500));
        Plan plan = own.plan();
        own.call(plan, "a").failed(failure(RATE_LIMITED, 429, Duration.ofSeconds(3)));
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(own.traffic("a").coolDown().active()).isTrue();
    }

    @Test
    void connections_and_accounts_and_models_fail_over_whatever_the_statuses_are() throws Exception {
        Setup setup = strategy("priority")
                .with(provider("a"), provider("b").priority(2))
                .retryCodes(599);
        for (Failure failure : new Failure[] {
            Failure.transientFailure("refused"),
            Failure.timedOut("too late"),
            failure(QUOTA, 402),
            failure(CREDENTIAL, 401),
            failure(MODEL_GONE, 404)
        }) {
            Bench own = new Bench(setup);
            Plan plan = own.plan();
            own.call(plan, "a").failed(failure);
            own.call(plan, "b");
        }
    }
}
