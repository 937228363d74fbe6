package dev.loom.gateway.traffic;

import dev.loom.gateway.config.FailoverConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnCallNotPermittedEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnResetEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSuccessEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * resilience4j's {@link CircuitBreaker} by consecutive failures, with one probe at a time when half-open. Failures in a
 * row open it; after the timeout probes go out one by one; successes in a row close it, one failure opens it again.
 *
 * <p>Whoever makes the call reads {@link #epoch()} right after the permission and reports exactly one of {@link
 * #success}, {@link #failure} and {@link #release} with it, as soon as the outcome is known; a stream that breaks off
 * after its success may report one failure more. What a decorator reports when its block ends comes too late to say
 * anything and is ignored, except an error that nobody has recorded (see {@link RecordedOutcome}).
 *
 * <p>Thread-safe without locks: one immutable {@link BreakerState} in an atomic reference, replaced by compare-and-set.
 * Listeners run on the thread that caused the event, after the change.
 *
 * <p>The file is long because resilience4j's interface is wide; what a breaker decides stands in {@link BreakerState}.
 */
public final class ConsecutiveFailureBreaker implements SwitchableBreaker {

    /** A breaker that was forced open closes by an operator's hand only; a day stands for it. */
    private static final Duration UNTIL_SOMEBODY_ACTS = Duration.ofDays(1);

    /** Causes may go round in a circle. */
    private static final int LONGEST_CAUSE_CHAIN = 50;

    private final String name;
    private volatile FailoverConfig.Breaker settings;
    private final TimeSource time;
    private volatile CircuitBreakerConfig config;
    private final AtomicReference<BreakerState> current;
    private final LongAdder notPermitted = new LongAdder();
    private final BreakerEvents events = new BreakerEvents();

    public ConsecutiveFailureBreaker(String name, FailoverConfig.Breaker settings, TimeSource time) {
        this.name = name;
        this.settings = settings;
        this.time = time;
        this.config = BreakerConfig.of(settings);
        this.current = new AtomicReference<>(BreakerState.initial(initialState()));
    }

    /** Sets other thresholds and times. The state stays, unless the breaker is switched on or off by it. */
    public void reconfigure(FailoverConfig.Breaker next) {
        boolean switched = next.enabled() != settings.enabled();
        settings = next;
        config = BreakerConfig.of(next);
        if (switched) {
            transitionTo(initialState());
        }
    }

    private State initialState() {
        return settings.enabled() ? State.CLOSED : State.DISABLED;
    }

    private BreakerState state() {
        return Objects.requireNonNull(current.get());
    }

    /** Names the permission just taken; it changes with every transition and every probe. */
    public long epoch() {
        return state().epoch();
    }

    /** Records a success, unless its attempt began before the breaker last opened. */
    public void success(long epoch) {
        update(state -> state.succeeded(epoch, settings));
        publish(() -> new CircuitBreakerOnSuccessEvent(name, Duration.ZERO));
    }

    /** Records a failure, unless its attempt began before the breaker last opened. */
    public void failure(long epoch) {
        failure(epoch, Duration.ZERO, null);
    }

    private void failure(long epoch, Duration elapsed, @Nullable Throwable reason) {
        update(state -> state.failed(epoch, settings, time.nanoTime()));
        publish(() -> new CircuitBreakerOnErrorEvent(
                name,
                elapsed,
                reason != null ? reason : new IllegalStateException("An attempt at " + name + " failed")));
    }

    /** Not counted: if the attempt was the probe, the next one may go out. */
    public void release(long epoch) {
        update(state -> state.released(epoch));
    }

    /** Whether a permission would be given now. Reading takes nothing. */
    public boolean admits() {
        return state().admits(time.nanoTime());
    }

    /** Time until a probe may go out; zero if {@link #admits()} or if that depends on a probe that is out. */
    public Duration retryIn() {
        BreakerState state = state();
        return switch (state.state()) {
            case OPEN -> Duration.ofNanos(Math.max(0, state.deadline() - time.nanoTime()));
            case FORCED_OPEN -> UNTIL_SOMEBODY_ACTS;
            default -> Duration.ZERO;
        };
    }

    /** When a probe may go out; null unless failures have opened it. */
    public @Nullable Instant openUntil() {
        return state().state() == State.OPEN ? time.instant().plus(retryIn()) : null;
    }

    public int consecutiveFailures() {
        return state().failures();
    }

    @Override
    public boolean tryAcquirePermission() {
        while (true) {
            BreakerState state = state();
            long now = time.nanoTime();
            if (!state.admits(now)) {
                notPermitted.increment();
                publish(() -> new CircuitBreakerOnCallNotPermittedEvent(name));
                return false;
            }
            if (replace(state, state.permitted(now))) {
                return true;
            }
        }
    }

    @Override
    public void acquirePermission() {
        if (!tryAcquirePermission()) {
            throw CallNotPermittedException.createCallNotPermittedException(this);
        }
    }

    @Override
    public void releasePermission() {
        release(epoch());
    }

    /** Ignored: the outcome was recorded when the answer was committed. */
    @Override
    public void onSuccess(long duration, TimeUnit unit) {}

    /** Ignored: the outcome was recorded when the answer was committed. */
    @Override
    public void onResult(long duration, TimeUnit unit, Object result) {}

    /** A failure of the present epoch, unless it or a cause of it is a {@link RecordedOutcome}. */
    @Override
    public void onError(long duration, TimeUnit unit, Throwable error) {
        boolean recorded = Stream.iterate(error, Objects::nonNull, Throwable::getCause)
                .limit(LONGEST_CAUSE_CHAIN)
                .anyMatch(RecordedOutcome.class::isInstance);
        if (!recorded) {
            failure(epoch(), Duration.ofNanos(unit.toNanos(duration)), error);
        }
    }

    /** Back to the beginning: closed, or disabled where the configuration says so. */
    @Override
    public void reset() {
        transitionTo(initialState());
        events.publish(() -> new CircuitBreakerOnResetEvent(name));
    }

    @Override
    public void transitionToOpenState() {
        transitionToOpenStateFor(settings.timeout());
    }

    @Override
    public void transitionToOpenStateFor(Duration wait) {
        update(state -> state.switchedTo(State.OPEN).opened(time.nanoTime() + wait.toNanos()));
    }

    @Override
    public void transitionToOpenStateUntil(Instant until) {
        transitionToOpenStateFor(Duration.between(time.instant(), until));
    }

    /** By an operator's hand; what is under way does not count any more. */
    @Override
    public void transitionTo(State next) {
        if (next == State.OPEN) {
            transitionToOpenState();
        } else {
            update(state -> state.switchedTo(next));
        }
    }

    private void update(UnaryOperator<BreakerState> change) {
        BreakerState state;
        do {
            state = state();
        } while (!replace(state, change.apply(state)));
    }

    /** Compare-and-set; a transition that resilience4j does not know throws and changes nothing. */
    private boolean replace(BreakerState from, BreakerState to) {
        if (from.equals(to)) {
            return true;
        }
        StateTransition transition = StateTransition.transitionBetween(name, from.state(), to.state());
        if (!current.compareAndSet(from, to)) {
            return false;
        }
        if (!StateTransition.isInternalTransition(transition)) {
            events.publish(() -> new CircuitBreakerOnStateTransitionEvent(name, transition));
        }
        return true;
    }

    /** Tells the listeners of a call, where the state lets resilience4j's own breaker do so. */
    private void publish(Supplier<CircuitBreakerEvent> event) {
        if (getState().allowPublish) {
            events.publish(event);
        }
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public State getState() {
        return state().state();
    }

    @Override
    public CircuitBreakerConfig getCircuitBreakerConfig() {
        return config;
    }

    @Override
    public Metrics getMetrics() {
        BreakerState state = state();
        return new BreakerMetrics(state.failures(), state.successes(), notPermitted.sum(), settings.failureThreshold());
    }

    @Override
    public Map<String, String> getTags() {
        return Map.of();
    }

    @Override
    public EventPublisher getEventPublisher() {
        return events;
    }

    @Override
    public long getCurrentTimestamp() {
        return time.nanoTime();
    }

    @Override
    public TimeUnit getTimestampUnit() {
        return TimeUnit.NANOSECONDS;
    }
}
