package dev.loom.gateway.traffic;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.provider.Quirks;
import dev.loom.gateway.provider.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All of one provider's live state. Thread-safe: its parts are, and none needs another to stand still. */
public final class ProviderTraffic {

    private final ProviderConfig config;
    private final Quirks known;
    private final RoutingConfig.Latency latency;
    private final Learnt learnt;
    private final Limits limits;
    private final OutputLengths outputLengths;
    private final UsageReports usageReports;
    private final Counters counters;
    private final AtomicBoolean drained;
    private final TimeSource time;
    private final Fleet fleet;

    /** What its answers have told of a provider; void when another is called in its name. */
    private record Learnt(
            ConsecutiveFailureBreaker breaker,
            CoolDown coolDown,
            Health health,
            Headroom headroom,
            SlowStart slowStart,
            SlidingWindow firstToken,
            SlidingWindow perOutputToken,
            AtomicReference<Set<String>> refused) {}

    /** In an instance that stands alone. */
    public ProviderTraffic(ProviderConfig config, RoutingConfig routing, TimeSource time) {
        this(config, routing, time, OneInstance.unnamed(time));
    }

    /** @param fleet counts its limits, and shares its cool-downs */
    public ProviderTraffic(ProviderConfig config, RoutingConfig routing, TimeSource time, Fleet fleet) {
        this.fleet = fleet;
        this.config = config;
        this.known = Quirks.of(config);
        this.latency = routing.latency();
        this.time = time;
        this.learnt = nothingLearnt(config, routing);
        this.limits = fleet.limits().of(owner(config.name()), config.rateLimit());
        this.outputLengths = new OutputLengths();
        this.usageReports = new UsageReports(config.name(), time);
        this.counters = new Counters(time);
        this.drained = new AtomicBoolean();
    }

    private ProviderTraffic(ProviderConfig config, RoutingConfig routing, ProviderTraffic before) {
        this.config = config;
        this.known = Quirks.of(config);
        this.latency = routing.latency();
        this.time = before.time;
        this.fleet = before.fleet;
        this.learnt = before.stillLearnt(config, routing);
        this.limits = before.limits;
        this.outputLengths = before.outputLengths;
        this.usageReports = before.usageReports;
        this.counters = before.counters;
        this.drained = before.drained;
    }

    /** Of its limits, in {@link SharedLimits}. */
    public static String owner(String provider) {
        return "provider:" + provider;
    }

    /**
     * The same provider under another configuration. Statistics and what is in use of its limits go on; so does all that
     * was learnt of it, unless it is reached in another way.
     */
    public ProviderTraffic under(ProviderConfig next, RoutingConfig routing) {
        limits.reconfigure(next.rateLimit());
        return new ProviderTraffic(next, routing, this);
    }

    private Learnt stillLearnt(ProviderConfig next, RoutingConfig routing) {
        boolean same = next.identity().equals(config.identity())
                && next.healthCheck().enabled() == config.healthCheck().enabled()
                && routing.latency().equals(latency);
        if (!same) {
            return nothingLearnt(next, routing);
        }
        learnt.breaker.reconfigure(routing.failover().circuitBreaker());
        learnt.slowStart.reconfigure(routing.slowStart());
        return learnt;
    }

    private Learnt nothingLearnt(ProviderConfig config, RoutingConfig routing) {
        ConsecutiveFailureBreaker breaker =
                new ConsecutiveFailureBreaker(config.name(), routing.failover().circuitBreaker(), time);
        SlowStart slowStart = new SlowStart(routing.slowStart(), time);
        breaker.getEventPublisher().onStateTransition(event -> onTransition(event.getStateTransition(), slowStart));
        return new Learnt(
                breaker,
                fleet.coolDowns().of(config),
                new Health(config.name(), config.healthCheck().enabled(), breaker, time, slowStart::restart),
                new Headroom(time),
                slowStart,
                new SlidingWindow(routing.latency().window(), time),
                new SlidingWindow(routing.latency().window(), time),
                new AtomicReference<>(Set.of()));
    }

    private static void onTransition(StateTransition transition, SlowStart slowStart) {
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
        return learnt.breaker;
    }

    public Limits limits() {
        return limits;
    }

    public CoolDown coolDown() {
        return learnt.coolDown;
    }

    public Health health() {
        return learnt.health;
    }

    public Headroom headroom() {
        return learnt.headroom;
    }

    public OutputLengths outputLengths() {
        return outputLengths;
    }

    /** What it reports of an answer's tokens, with the estimate in the place of what cannot be true. */
    public Usage believed(Usage reported, Usage estimate) {
        return usageReports.believed(reported, estimate);
    }

    public Counters counters() {
        return counters;
    }

    /** In what it differs from its language, as far as that is known by now. */
    public Quirks quirks() {
        return known.refusing(Objects.requireNonNull(learnt.refused.get()));
    }

    /**
     * The provider refused a field that requests can do without.
     *
     * @return true for the first one to find out
     */
    public boolean refuses(String field) {
        Set<String> before = learnt.refused.getAndUpdate(all -> with(field, all));
        return !Objects.requireNonNull(before).contains(field);
    }

    private static Set<String> with(String field, Set<String> others) {
        Set<String> all = new HashSet<>(others);
        all.add(field);
        return Set.copyOf(all);
    }

    /** Taken out of service by an operator, here or in all instances: no new request goes to it. */
    public boolean drained() {
        return drained.get() || fleet.coolDowns().drained(config.name());
    }

    public void drain() {
        drained.set(true);
    }

    /** Back in service at once: a cool-down ends, too. */
    public void resume() {
        drained.set(false);
        coolDown().clear();
    }

    /** An operator knows that what went wrong is over: ends cool-down, open breaker, and what is known of its own limits. */
    public void reset() {
        breaker().reset();
        coolDown().clear();
        headroom().clear();
    }

    /** 0 to 1: grows over {@code slow_start} after the provider was unhealthy or its breaker open; 1 otherwise. */
    public double slowStartShare() {
        return learnt.slowStart.share();
    }

    /** Time to first token of streams in milliseconds, as the latency strategy sees it: a failure is its timeout. */
    public SlidingWindow firstToken() {
        return learnt.firstToken;
    }

    /** The same of other answers, per output token, or the whole time where usage is unknown. */
    public SlidingWindow perOutputToken() {
        return learnt.perOutputToken;
    }

    /** The first content of a stream arrived. */
    public void recordFirstToken(Duration elapsed) {
        learnt.firstToken.record(millis(elapsed));
        counters.firstToken().record(millis(elapsed));
    }

    /**
     * A whole answer that was not streamed arrived.
     *
     * @param usage null where the provider reports none
     */
    public void recordAnswer(Duration elapsed, @Nullable Usage usage) {
        long parts = usage == null ? 1 : Math.max(1, usage.output());
        learnt.perOutputToken.record(millis(elapsed) / parts);
    }

    /**
     * An attempt failed through the provider's fault: for the latency strategy it took its whole timeout.
     *
     * @param timeout of the model that was asked
     */
    public void recordFailure(boolean streaming, Duration timeout) {
        (streaming ? learnt.firstToken : learnt.perOutputToken).record(millis(timeout));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
