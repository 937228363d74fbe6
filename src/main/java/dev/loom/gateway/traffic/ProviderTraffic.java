package dev.loom.gateway.traffic;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.provider.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** All of one provider's live state. Thread-safe: its parts are, and none needs another to stand still. */
public final class ProviderTraffic {

    private final ProviderConfig config;
    private final ConsecutiveFailureBreaker breaker;
    private final Limits limits;
    private final CoolDown coolDown;
    private final Health health;
    private final Headroom headroom;
    private final OutputLengths outputLengths = new OutputLengths();
    private final Counters counters;
    private final SlowStart slowStart;
    private final SlidingWindow firstToken;
    private final SlidingWindow perOutputToken;
    private volatile boolean drained;

    public ProviderTraffic(ProviderConfig config, RoutingConfig routing, TimeSource time) {
        this.config = config;
        breaker =
                new ConsecutiveFailureBreaker(config.name(), routing.failover().circuitBreaker(), time);
        slowStart = new SlowStart(routing.slowStart(), time);
        limits = new Limits(config.rateLimit(), time);
        coolDown = new CoolDown(time);
        health = new Health(config.name(), config.healthCheck().enabled(), breaker, time, slowStart::restart);
        headroom = new Headroom(time);
        counters = new Counters(time);
        firstToken = new SlidingWindow(routing.latency().window(), time);
        perOutputToken = new SlidingWindow(routing.latency().window(), time);
        breaker.getEventPublisher().onStateTransition(event -> onTransition(event.getStateTransition()));
    }

    private void onTransition(StateTransition transition) {
        boolean wasOpen = transition.getFromState() == State.HALF_OPEN
                || transition.getFromState() == State.OPEN
                || transition.getFromState() == State.FORCED_OPEN;
        if (wasOpen && transition.getToState() == State.CLOSED) {
            slowStart.restart();
        }
    }

    public String name() {
        return config.name();
    }

    public ProviderConfig config() {
        return config;
    }

    public ConsecutiveFailureBreaker breaker() {
        return breaker;
    }

    public Limits limits() {
        return limits;
    }

    public CoolDown coolDown() {
        return coolDown;
    }

    public Health health() {
        return health;
    }

    public Headroom headroom() {
        return headroom;
    }

    public OutputLengths outputLengths() {
        return outputLengths;
    }

    public Counters counters() {
        return counters;
    }

    /** Taken out of service by an operator: no new request goes to it. */
    public boolean drained() {
        return drained;
    }

    public void drain() {
        drained = true;
    }

    public void resume() {
        drained = false;
    }

    /** 0 to 1: grows over {@code slow_start} after the provider was unhealthy or its breaker open; 1 otherwise. */
    public double slowStartShare() {
        return slowStart.share();
    }

    /** Time to first token of streams in milliseconds, as the latency strategy sees it: a failure is its timeout. */
    public SlidingWindow firstToken() {
        return firstToken;
    }

    /** The same of other answers, per output token, or the whole time where usage is unknown. */
    public SlidingWindow perOutputToken() {
        return perOutputToken;
    }

    /** The first content of a stream arrived. */
    public void recordFirstToken(Duration elapsed) {
        firstToken.record(millis(elapsed));
        counters.firstToken().record(millis(elapsed));
    }

    /**
     * A whole answer that was not streamed arrived.
     *
     * @param usage null where the provider reports none
     */
    public void recordAnswer(Duration elapsed, @Nullable Usage usage) {
        long parts = usage == null ? 1 : Math.max(1, usage.output());
        perOutputToken.record(millis(elapsed) / parts);
    }

    /** An attempt failed through the provider's fault: for the latency strategy it took its whole timeout. */
    public void recordFailure(boolean streaming) {
        if (streaming) {
            firstToken.record(millis(config.timeouts().firstToken()));
        } else {
            perOutputToken.record(millis(config.timeouts().response()));
        }
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
