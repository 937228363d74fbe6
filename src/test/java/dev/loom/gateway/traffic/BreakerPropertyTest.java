package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The breaker against a naive model that keeps every attempt and replays the rules in the words of the specification. */
class BreakerPropertyTest {

    private static final int TIMEOUT_SECONDS = 10;

    /** An attempt under way: what the breaker called it, and in which life of the model it began. */
    private record Attempt(long epoch, int life, boolean probe) {}

    private enum Step {
        BEGIN,
        SUCCEED,
        FAIL,
        RELEASE,
        WAIT
    }

    @Property(tries = 2_000, seed = "20260101")
    void it_does_what_the_model_does(
            @ForAll @IntRange(min = 1, max = 4) int failureThreshold,
            @ForAll @IntRange(min = 1, max = 3) int successThreshold,
            @ForAll @Size(max = 120) List<Step> steps,
            @ForAll @IntRange(max = 1_000) int choice) {
        ManualTime time = new ManualTime();
        ConsecutiveFailureBreaker breaker = new ConsecutiveFailureBreaker(
                "p", new Breaker(true, failureThreshold, successThreshold, Duration.ofSeconds(TIMEOUT_SECONDS)), time);
        Model model = new Model(failureThreshold, successThreshold);
        List<Attempt> underWay = new ArrayList<>();
        int seconds = 0;
        for (Step step : steps) {
            assertThat(breaker.admits()).isEqualTo(model.admits(seconds));
            if (step == Step.WAIT) {
                seconds += 4;
                time.advance(Duration.ofSeconds(4));
            } else if (step == Step.BEGIN) {
                begin(breaker, model, seconds, underWay);
            } else if (!underWay.isEmpty()) {
                end(step, breaker, model, seconds, underWay.remove(choice % underWay.size()));
            }
            assertThat(breaker.getState()).isEqualTo(model.state);
        }
    }

    private static void begin(ConsecutiveFailureBreaker breaker, Model model, int seconds, List<Attempt> underWay) {
        boolean admitted = model.admits(seconds);
        assertThat(breaker.tryAcquirePermission()).isEqualTo(admitted);
        if (admitted) {
            model.begin();
            underWay.add(new Attempt(breaker.epoch(), model.life, model.state == State.HALF_OPEN));
        }
    }

    private static void end(Step step, ConsecutiveFailureBreaker breaker, Model model, int seconds, Attempt attempt) {
        switch (step) {
            case SUCCEED -> breaker.success(attempt.epoch);
            case FAIL -> breaker.failure(attempt.epoch);
            default -> breaker.release(attempt.epoch);
        }
        if (attempt.life == model.life) {
            model.end(step, attempt.probe, seconds);
        }
    }

    /** Deliberately simple-minded, single-threaded and in seconds. A life begins whenever the breaker opens. */
    private static final class Model {
        private final int failureThreshold;
        private final int successThreshold;
        private State state = State.CLOSED;
        private int life;
        private int failures;
        private int successes;
        private boolean probeOut;
        private int openSince;

        Model(int failureThreshold, int successThreshold) {
            this.failureThreshold = failureThreshold;
            this.successThreshold = successThreshold;
        }

        boolean admits(int now) {
            return state == State.CLOSED
                    || (state == State.OPEN && now - openSince >= TIMEOUT_SECONDS)
                    || (state == State.HALF_OPEN && !probeOut);
        }

        void begin() {
            if (state != State.CLOSED) {
                state = State.HALF_OPEN;
                probeOut = true;
            }
        }

        void end(Step how, boolean probe, int now) {
            if (probe) {
                probeOut = false;
            }
            if (how == Step.SUCCEED) {
                succeed();
            } else if (how == Step.FAIL) {
                fail(now);
            }
        }

        private void succeed() {
            failures = 0;
            if (state == State.HALF_OPEN && ++successes == successThreshold) {
                state = State.CLOSED;
                successes = 0;
            }
        }

        private void fail(int now) {
            failures++;
            if (state == State.HALF_OPEN || failures >= failureThreshold) {
                state = State.OPEN;
                openSince = now;
                failures = 0;
                successes = 0;
                life++;
            }
        }
    }
}
