package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsecutiveFailureBreakerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final ConsecutiveFailureBreaker breaker = breaker(true);

    private ConsecutiveFailureBreaker breaker(boolean enabled) {
        return new ConsecutiveFailureBreaker("openai", new Breaker(enabled, 3, 2, TIMEOUT), time);
    }

    @Test
    void failures_in_a_row_open_it() {
        fail(2);
        assertThat(breaker.admits()).isTrue();

        fail(1);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.consecutiveFailures()).isEqualTo(3);
    }

    @Test
    void a_success_in_between_begins_the_count_again() {
        fail(2);
        breaker.success(permission());
        fail(2);

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void what_is_not_counted_changes_nothing() {
        fail(2);
        breaker.release(permission());
        assertThat(breaker.consecutiveFailures()).isEqualTo(2);

        fail(1);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    @Test
    void an_open_breaker_tells_when_a_probe_may_go_out() {
        fail(3);
        time.advance(Duration.ofSeconds(20));
        assertThat(breaker.retryIn()).isEqualTo(Duration.ofSeconds(40));

        time.advance(Duration.ofSeconds(40).minusNanos(1));
        assertThat(breaker.admits()).isFalse();

        time.advance(Duration.ofNanos(1));
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.retryIn()).isZero();
    }

    @Test
    void reading_never_takes_the_probe() {
        halfOpen();

        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.retryIn()).isZero();
    }

    @Test
    void one_probe_at_a_time_goes_out() {
        halfOpen();
        long first = permission();
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquirePermission()).isFalse();

        breaker.success(first);
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @Test
    void successes_in_a_row_close_it() {
        halfOpen();
        breaker.success(permission());
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);

        breaker.success(permission());
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.consecutiveFailures()).isZero();
    }

    @Test
    void a_failure_in_half_open_opens_it_again_for_the_whole_timeout() {
        halfOpen();
        breaker.success(permission());
        breaker.failure(permission());

        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertThat(breaker.retryIn()).isEqualTo(TIMEOUT);
    }

    @Test
    void successes_before_it_opened_again_do_not_help_to_close_it() {
        halfOpen();
        breaker.success(permission());
        breaker.failure(permission());
        time.advance(TIMEOUT);

        breaker.success(permission());
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void a_released_probe_lets_the_next_one_out() {
        halfOpen();
        breaker.release(permission());

        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    @Test
    void a_straggler_from_before_says_nothing_about_the_probe() {
        long old = permission();
        halfOpen();
        permission();

        breaker.failure(old);
        breaker.success(old);
        breaker.release(old);

        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.admits()).as("the probe is still out").isFalse();
    }

    @Test
    void a_straggler_does_not_prolong_the_time_it_is_open() {
        long old = permission();
        fail(3);
        time.advance(Duration.ofSeconds(59));
        breaker.failure(old);

        assertThat(breaker.retryIn()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_probe_that_hangs_up_after_its_success_does_not_free_the_next_probes_place() {
        halfOpen();
        long first = permission();
        breaker.success(first);
        permission();

        breaker.release(first);
        breaker.success(first);

        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void a_probes_stream_that_breaks_after_its_success_opens_it_again() {
        halfOpen();
        long first = permission();
        breaker.success(first);
        permission();

        breaker.failure(first);

        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    @Test
    void the_stream_of_the_probe_that_closed_it_may_still_fail_once() {
        halfOpen();
        breaker.success(permission());
        long last = permission();
        breaker.success(last);

        breaker.failure(last);

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.consecutiveFailures()).isEqualTo(1);
    }

    @Test
    void a_probe_that_never_reports_is_given_up_after_twenty_minutes() {
        halfOpen();
        long lost = permission();
        time.advance(Duration.ofMinutes(20).minusNanos(1));
        assertThat(breaker.admits()).isFalse();

        time.advance(Duration.ofNanos(1));
        permission();
        breaker.success(lost);
        assertThat(breaker.admits()).as("the second probe is out").isFalse();
    }

    @Test
    void a_disabled_breaker_admits_always_and_counts_nothing() {
        ConsecutiveFailureBreaker disabled = breaker(false);
        for (int i = 0; i < 10; i++) {
            assertThat(disabled.tryAcquirePermission()).isTrue();
            disabled.failure(disabled.epoch());
        }
        assertThat(disabled.consecutiveFailures()).isZero();
        assertThat(disabled.getState()).isEqualTo(State.DISABLED);

        disabled.transitionToOpenState();
        disabled.reset();
        assertThat(disabled.getState()).isEqualTo(State.DISABLED);
    }

    @Test
    void the_epoch_changes_with_every_transition() {
        long closed = breaker.epoch();
        fail(3);
        long open = breaker.epoch();
        time.advance(TIMEOUT);
        long probe = permission();
        breaker.success(probe);
        breaker.success(permission());

        assertThat(List.of(closed, open, probe, breaker.epoch())).doesNotHaveDuplicates();
    }

    @Test
    void a_decorated_call_that_ends_well_counts_nothing() throws Exception {
        fail(2);
        assertThat(CircuitBreaker.decorateCallable(breaker, () -> "answer").call())
                .isEqualTo("answer");

        assertThat(breaker.consecutiveFailures()).isEqualTo(2);
    }

    @Test
    void an_error_that_stands_recorded_is_not_counted_again() {
        breaker.onError(1, TimeUnit.SECONDS, new IllegalStateException("wrapped", new Recorded()));

        assertThat(breaker.consecutiveFailures()).isZero();
    }

    @Test
    void an_error_that_nobody_recorded_is_a_failure() {
        Exception circular = new Exception("a");
        circular.initCause(new Exception("b", circular));
        breaker.onError(1, TimeUnit.SECONDS, circular);

        assertThat(breaker.consecutiveFailures()).isEqualTo(1);
    }

    @Test
    void a_refusal_is_an_exception_that_names_the_breaker_and_has_no_stack_trace() {
        fail(3);

        assertThatThrownBy(breaker::acquirePermission)
                .isInstanceOf(CallNotPermittedException.class)
                .hasMessage("CircuitBreaker 'openai' is OPEN and does not permit further calls")
                .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
        assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isEqualTo(1);
    }

    @Test
    void its_figures_speak_resilience4j() {
        fail(2);

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(2);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(2);
        assertThat(breaker.getMetrics().getFailureRate()).isEqualTo(200f / 3);
        assertThat(breaker.getCircuitBreakerConfig().getMinimumNumberOfCalls()).isEqualTo(3);
        assertThat(breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState())
                .isEqualTo(1);
    }

    @Test
    void it_tells_its_listeners_what_happens() {
        List<String> heard = new ArrayList<>();
        breaker.getEventPublisher()
                .onSuccess(event -> heard.add("success"))
                .onError(event -> heard.add("error"))
                .onCallNotPermitted(event -> heard.add("refused"))
                .onReset(event -> heard.add("reset"))
                .onStateTransition(event -> heard.add(event.getStateTransition().toString()));
        breaker.success(permission());
        fail(3);
        breaker.tryAcquirePermission();
        breaker.reset();

        assertThat(heard)
                .containsExactly(
                        "success",
                        "error",
                        "error",
                        "State transition from CLOSED to OPEN",
                        "error",
                        "refused",
                        "State transition from OPEN to CLOSED",
                        "reset");
    }

    @Test
    void a_listener_that_throws_does_not_harm_the_call() {
        breaker.getEventPublisher().onSuccess(event -> {
            throw new IllegalStateException("listener");
        });
        breaker.success(permission());

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void an_operator_may_open_and_close_it_by_hand() {
        breaker.transitionToOpenStateFor(Duration.ofSeconds(5));
        assertThat(breaker.retryIn()).isEqualTo(Duration.ofSeconds(5));
        breaker.transitionToOpenStateUntil(time.instant().plusSeconds(7));
        assertThat(breaker.retryIn()).isEqualTo(Duration.ofSeconds(7));
        breaker.transitionToOpenState();
        assertThat(breaker.retryIn()).isEqualTo(TIMEOUT);

        breaker.transitionTo(State.OPEN);
        assertThat(breaker.retryIn()).isEqualTo(TIMEOUT);

        breaker.transitionToForcedOpenState();
        time.advance(Duration.ofDays(2));
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.retryIn()).isEqualTo(Duration.ofDays(1));

        breaker.transitionToHalfOpenState();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isFalse();
        breaker.transitionToClosedState();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void metrics_only_counts_but_never_opens() {
        breaker.transitionToMetricsOnlyState();
        fail(5);

        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.getMetrics().getFailureRate()).isEqualTo(100);
        assertThatThrownBy(breaker::transitionToOpenState).isInstanceOf(RuntimeException.class);
        assertThat(breaker.getState()).isEqualTo(State.METRICS_ONLY);
    }

    private long permission() {
        assertThat(breaker.tryAcquirePermission()).isTrue();
        return breaker.epoch();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failure(permission());
        }
    }

    private void halfOpen() {
        fail(3);
        time.advance(TIMEOUT);
    }

    private static final class Recorded extends RuntimeException implements RecordedOutcome {
        private static final long serialVersionUID = 1;
    }
}
