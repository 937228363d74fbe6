package dev.loom.gateway.metrics;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Every {@code loom_ai_*} meter. Each is made once, when it is first needed, and found again by a key of our own; labels
 * come from the configuration, never from a client. Long, because every series stands here with its help text.
 */
public final class GatewayMetrics implements RoutingObserver {

    private static final String OTHER = "other";
    private static final String PREFIX = "loom.ai.";
    private static final Set<String> PROVIDER_TAGS = Set.of("provider", "from", "to");
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final MeterRegistry registry;
    private final Map<String, Set<String>> models = new ConcurrentHashMap<>();
    private final Map<String, AtomicReference<ProviderTraffic>> live = new ConcurrentHashMap<>();
    private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> latencies = new ConcurrentHashMap<>();
    private final Map<String, Timer> firstTokens = new ConcurrentHashMap<>();

    /** Held here since Micrometer would let it go. */
    @SuppressWarnings("UnusedVariable")
    private @Nullable LongSupplier counted;

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Shows these providers from now on, those that are new and those that have a new configuration. Others stay until
     * they are forgotten: requests may still be under way to them.
     *
     * @param providers whose live state the gauges show
     */
    public void show(GatewayConfig config, Collection<ProviderTraffic> providers) {
        for (ProviderTraffic provider : providers) {
            models.put(provider.name(), modelNames(config, provider.config()));
            AtomicReference<ProviderTraffic> state = live.get(provider.name());
            if (state != null) {
                state.set(provider);
            } else {
                add(provider);
            }
        }
    }

    private void add(ProviderTraffic provider) {
        AtomicReference<ProviderTraffic> state = new AtomicReference<>(provider);
        live.put(provider.name(), state);
        latencies.put(provider.name(), timer("loom.ai.provider.latency", "Time of an attempt", provider.name()));
        firstTokens.put(
                provider.name(),
                timer("loom.ai.time.to.first.token", "Time to the first content of a stream", provider.name()));
        gauges(provider.name(), state);
    }

    /** @param dropped finished requests of which the route {@code loom-on-finished} was never told */
    public void countDropped(LongSupplier dropped) {
        counted = dropped;
        FunctionCounter.builder("loom.ai.finished.dropped", dropped, LongSupplier::getAsLong)
                .description("Finished requests that the route loom-on-finished was not told of")
                .register(registry);
    }

    /** @param available whether what instances share can be reached */
    public void showState(BooleanSupplier available) {
        Gauge.builder("loom.ai.state.available", available, there -> there.getAsBoolean() ? 1 : 0)
                .description("1 while the instances count together, 0 while each counts for itself")
                .strongReference(true)
                .register(registry);
    }

    /** Removes every meter that names a provider. */
    public void forget(String provider) {
        live.remove(provider);
        models.remove(provider);
        latencies.remove(provider);
        firstTokens.remove(provider);
        counters.values().removeIf(counter -> names(counter, provider));
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX) && names(meter, provider))
                .forEach(registry::remove);
    }

    private static boolean names(Meter meter, String provider) {
        return meter.getId().getTags().stream()
                .anyMatch(tag ->
                        PROVIDER_TAGS.contains(tag.getKey()) && tag.getValue().equals(provider));
    }

    /** Every name that the configuration can make the gateway send to this provider. */
    private static Set<String> modelNames(GatewayConfig config, ProviderConfig provider) {
        Set<String> names = new HashSet<>(provider.modelNames());
        names.addAll(provider.deployments().keySet());
        names.addAll(provider.deployments().values());
        names.addAll(config.routing().modelRoutes().keySet());
        names.addAll(provider.cost().byModel().keySet());
        config.modelMapping().values().forEach(mapping -> {
            if (mapping.containsKey(provider.name())) {
                names.add(mapping.get(provider.name()));
            }
        });
        return names;
    }

    private void gauges(String provider, AtomicReference<ProviderTraffic> state) {
        gauge(
                "loom.ai.provider.health",
                "1 healthy or unknown, 0 unhealthy",
                provider,
                state,
                p -> p.health().status() == Health.Status.UNHEALTHY ? 0 : 1);
        gauge("loom.ai.inflight.requests", "Attempts under way", provider, state, p -> p.counters()
                .inFlight());
        gauge(
                "loom.ai.circuit.breaker.state",
                "0 closed, 1 half-open, 2 open",
                provider,
                state,
                GatewayMetrics::breakerState);
    }

    private static double breakerState(ProviderTraffic provider) {
        return switch (provider.breaker().getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
            case HALF_OPEN -> 1;
            case OPEN, FORCED_OPEN -> 2;
        };
    }

    private void gauge(
            String name,
            String help,
            String provider,
            AtomicReference<ProviderTraffic> state,
            ToDoubleFunction<ProviderTraffic> value) {
        Gauge.builder(name, state, live -> value.applyAsDouble(live.get()))
                .description(help)
                .tag("provider", provider)
                .register(registry);
    }

    private Timer timer(String name, String help, String provider) {
        return Timer.builder(name)
                .description(help)
                .tag("provider", provider)
                .publishPercentiles(0.5, 0.95, 0.99)
                .distributionStatisticExpiry(WINDOW)
                .register(registry);
    }

    private Counter counter(String name, String help, String... tags) {
        return counters.computeIfAbsent(
                key(name, tags),
                key -> Counter.builder(name).description(help).tags(tags).register(registry));
    }

    private static List<String> key(String name, String... tags) {
        String[] key = new String[tags.length + 1];
        key[0] = name;
        System.arraycopy(tags, 0, key, 1, tags.length);
        return List.of(key);
    }

    @Override
    public void failedOver(String from, String to, String reason) {
        counter(
                        "loom.ai.failovers",
                        "Requests that went on from one provider to another",
                        "from",
                        from,
                        "to",
                        to,
                        "reason",
                        reason)
                .increment();
    }

    @Override
    public void limited(String provider, String limit) {
        counter(
                        "loom.ai.rate.limited",
                        "Requests that a provider's own limit kept away from it",
                        "provider",
                        provider,
                        "limit",
                        limit)
                .increment();
    }

    @Override
    public void firstToken(Candidate candidate, double seconds) {
        record(firstTokens.get(candidate.provider()), seconds);
    }

    @Override
    public void ended(Candidate candidate, Outcome outcome, @Nullable Usage usage, double costUsd, double seconds) {
        String provider = candidate.provider();
        String model = model(candidate);
        if (outcome == Outcome.HANG_UP) {
            counter("loom.ai.hangups", "Clients that left before their answer had ended", "provider", provider)
                    .increment();
        } else {
            String status = outcome == Outcome.SUCCESS ? "success" : "error";
            counter(
                            "loom.ai.requests",
                            "Attempts at a provider",
                            "provider",
                            provider,
                            "model",
                            model,
                            "status",
                            status)
                    .increment();
            record(latencies.get(provider), seconds);
        }
        if (usage != null) {
            tokens(provider, model, usage, costUsd);
        }
    }

    private void tokens(String provider, String model, Usage usage, double costUsd) {
        token(provider, model, "input").increment((double) usage.input());
        token(provider, model, "output").increment((double) usage.output());
        token(provider, model, "cached").increment((double) usage.cached());
        counter("loom.ai.cost.usd", "US dollars, by the configured prices", "provider", provider, "model", model)
                .increment(costUsd);
        counter("loom.ai.cost", "The same as loom_ai_cost_usd_total", "provider", provider, "model", model)
                .increment(costUsd);
    }

    private Counter token(String provider, String model, String type) {
        return counter(
                "loom.ai.tokens",
                "Tokens as the provider counts them",
                "provider",
                provider,
                "model",
                model,
                "type",
                type);
    }

    private String model(Candidate candidate) {
        boolean known = models.getOrDefault(candidate.provider(), Set.of()).contains(candidate.model());
        return known ? candidate.model() : OTHER;
    }

    private static void record(@Nullable Timer timer, double seconds) {
        if (timer != null) {
            timer.record((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
        }
    }
}
