package dev.loom.gateway.routing;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** From a request to the plan for it: who serves the model, in which order, and under which name. Thread-safe. */
public final class Planner {

    private final GatewayConfig config;
    private final Map<String, ProviderTraffic> traffic;
    private final Strategy strategy;
    private final TokenEstimator tokens;
    private final RandomGenerator random;
    private final PlanContext context;

    /** @param traffic the state of every enabled provider, by name, in the order of the file */
    public Planner(
            GatewayConfig config,
            Map<String, ProviderTraffic> traffic,
            Strategy strategy,
            RoutingObserver observer,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.traffic = new LinkedHashMap<>(traffic);
        this.strategy = strategy;
        this.tokens = TokenEstimator.forConfig(config);
        this.random = random;
        this.context = new PlanContext(config.routing(), time, observer);
    }

    /**
     * Makes the plan for one request.
     *
     * @throws ModelNotServed if no provider is eligible
     */
    public Plan plan(ApiRequest asked) throws ModelNotServed {
        RoutingRequest request =
                new RoutingRequest(asked.model(), asked.stream(), tokens.estimate(asked), asked.maxTokens(), random);
        List<Candidate> eligible = eligible(request);
        if (eligible.isEmpty()) {
            throw new ModelNotServed(notServed(asked.model()));
        }
        return new Plan(context, request, strategy.order(eligible, request), fallback(request));
    }

    /** Every model name that a client may ask for, without wildcards, sorted. */
    public Set<String> servedModels() {
        Set<String> names = namedModels();
        names.removeIf(name -> ModelNames.isWildcard(name) || !isServed(name));
        return names;
    }

    /** All that the configuration says of models, wildcards included. */
    private Set<String> namedModels() {
        Set<String> names = new TreeSet<>(config.modelMapping().keySet());
        config.routing().providers().stream()
                .map(traffic::get)
                .filter(Objects::nonNull)
                .forEach(provider -> names.addAll(entries(provider.config())));
        if (routesByModel()) {
            names.addAll(config.routing().modelRoutes().keySet());
        }
        return names;
    }

    private boolean isServed(String model) {
        return providersFor(model).stream()
                .map(traffic::get)
                .anyMatch(provider -> provider != null && modelAt(provider.config(), model) != null);
    }

    /** Names of those that may be eligible: a route counts even where the strategy's own list leaves its provider out. */
    private Collection<String> providersFor(String model) {
        Set<String> names = new LinkedHashSet<>(config.routing().providers());
        String routed = routeOf(model);
        if (routed != null) {
            names.add(routed);
        }
        return names;
    }

    private List<Candidate> eligible(RoutingRequest request) {
        List<Candidate> eligible = new ArrayList<>();
        for (String name : providersFor(request.model())) {
            ProviderTraffic provider = traffic.get(name);
            String model = provider == null ? null : modelAt(provider.config(), request.model());
            if (provider != null && model != null) {
                eligible.add(candidate(provider, model, request));
            }
        }
        return eligible;
    }

    private Candidate candidate(ProviderTraffic provider, String model, RoutingRequest request) {
        long needed = request.inputTokens() + provider.outputLengths().expected(model, request.maxTokens());
        return new Candidate(provider, model, context.usable(provider, needed));
    }

    /** The name to send to a provider for a client's model, or null if it is not eligible. */
    private @Nullable String modelAt(ProviderConfig provider, String model) {
        String mapped = mapped(provider, model);
        if (mapped != null) {
            return mapped;
        }
        Collection<String> entries = entries(provider);
        if (entries.isEmpty()) {
            return model;
        }
        String match = ModelNames.bestMatch(entries, model);
        if (match != null) {
            String fixed = ModelNames.isWildcard(match) ? model : match;
            return provider.deployments().getOrDefault(match, fixed);
        }
        return provider.name().equals(routeOf(model)) ? model : null;
    }

    private @Nullable String mapped(ProviderConfig provider, String model) {
        String mapped = config.modelMapping().getOrDefault(model, Map.of()).get(provider.name());
        return mapped == null ? null : deployment(provider, mapped);
    }

    /** Azure is asked for a deployment; elsewhere a model is its own name. */
    private static String deployment(ProviderConfig provider, String model) {
        return provider.deployments().getOrDefault(model, model);
    }

    private static Collection<String> entries(ProviderConfig provider) {
        Set<String> entries = new LinkedHashSet<>(provider.models());
        entries.addAll(provider.deployments().keySet());
        return entries;
    }

    private @Nullable String routeOf(String model) {
        return routesByModel() ? ModelRoutes.of(config.routing()).providerFor(model) : null;
    }

    private boolean routesByModel() {
        return config.routing().strategy().equals("model");
    }

    private @Nullable Candidate fallback(RoutingRequest request) {
        RoutingConfig.Fallback settings = config.routing().fallback();
        ProviderTraffic provider = settings == null ? null : traffic.get(settings.provider());
        if (provider == null) {
            return null;
        }
        String model = modelAt(provider.config(), request.model());
        return candidate(provider, model != null ? model : firstModel(provider.config(), request.model()), request);
    }

    private static String firstModel(ProviderConfig provider, String asked) {
        return entries(provider).stream()
                .filter(entry -> !ModelNames.isWildcard(entry))
                .findFirst()
                .map(entry -> deployment(provider, entry))
                .orElse(asked);
    }

    private ApiError notServed(String model) {
        Set<String> served = servedModels();
        namedModels().stream().filter(ModelNames::isWildcard).forEach(served::add);
        return ApiError.invalidRequest(
                "The model '" + model + "' is not served here. Served are: " + String.join(", ", served) + ".",
                "model",
                "model_not_found");
    }
}
