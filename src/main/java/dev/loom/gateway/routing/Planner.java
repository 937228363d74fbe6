package dev.loom.gateway.routing;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.routing.Eligibility.Match;
import dev.loom.gateway.routing.Servers.Server;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From a request to the plan for it: who serves the model, in which order, and under which name. Thread-safe. */
public final class Planner {

    /** As many as somebody looks through for the name that was meant; {@code GET /v1/models} has them all. */
    private static final int MOST_NAMED = 50;

    private final GatewayConfig config;
    private final Map<String, ProviderTraffic> traffic;
    private final Strategy strategy;
    private final Eligibility eligibility;
    private final TokenEstimator tokens;
    private final RandomGenerator random;
    private final PlanContext context;
    private final Servers servers;
    /** What is written in a configuration does not change; null until somebody asks, since it takes long with thousands. */
    private volatile @Nullable Set<String> servedModels;

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
        this.eligibility = new Eligibility(config);
        this.tokens = TokenEstimator.forConfig(config);
        this.random = random;
        this.context = new PlanContext(config.routing(), time, observer);
        this.servers = new Servers(config.routing().providers(), this.traffic, eligibility);
    }

    /**
     * Makes the plan for one request.
     *
     * @throws ModelNotServed if no provider is eligible
     */
    public Plan plan(ApiRequest asked) throws ModelNotServed {
        return plan(asked, null);
    }

    /**
     * Makes the plan for a request that perhaps only one provider can serve, since it holds what the request is about.
     *
     * @param holder its name; null where any will do
     * @throws ModelNotServed if no provider is eligible
     */
    public Plan plan(ApiRequest asked, @Nullable String holder) throws ModelNotServed {
        return plan(request(asked), strategy, context, holder);
    }

    /**
     * Makes the plan for a request of which nothing is known but its figures.
     *
     * @throws ModelNotServed if no provider is eligible
     */
    public Plan plan(RoutingRequest request) throws ModelNotServed {
        return plan(request, strategy, context, null);
    }

    private Plan plan(RoutingRequest request, Strategy by, PlanContext in, @Nullable String holder)
            throws ModelNotServed {
        List<Candidate> eligible = eligible(request);
        if (holder != null) {
            eligible.removeIf(candidate -> !candidate.provider().equals(holder));
        }
        if (eligible.isEmpty()) {
            throw new ModelNotServed(holder == null ? notServed(request.model()) : notHeld(request.model(), holder));
        }
        return new Plan(in, request, by.order(eligible, request), holder == null ? fallback(request) : null);
    }

    private static ApiError notHeld(String model, String holder) {
        String what = model.isEmpty() ? "this request" : "the model '" + model + "'";
        return ApiError.invalidRequest(
                "Provider '" + holder + "', which alone can go on with this, does not serve " + what + ".",
                "model",
                "model_not_found");
    }

    private RoutingRequest request(ApiRequest asked) {
        return new RoutingRequest(asked.model(), asked.stream(), tokens.estimate(asked), asked.maxTokens(), random);
    }

    /**
     * What {@link #plan} would lead to now. Nothing is called, taken or counted.
     *
     * @param objection what the dialect of a candidate's provider cannot say of this request, null where it can say all
     * @throws ModelNotServed if no provider is eligible
     */
    public Explanation explain(ApiRequest asked, Function<Candidate, @Nullable ApiError> objection)
            throws ModelNotServed {
        RoutingRequest request = request(asked);
        Strategy frozen = strategy.frozen();
        PlanContext foretold = context.foretold();
        return new Foresight(
                        foretold,
                        frozen,
                        eligibility,
                        (provider, model) -> new Candidate(provider, model, usable(request)),
                        objection,
                        plan(request, frozen, foretold, null))
                .explain(config, traffic, servers.routed(request.model()), fallback(request));
    }

    /** Every model name that a client may ask for and that the configuration has, without wildcards, sorted. */
    public Set<String> servedModels() {
        Set<String> known = servedModels;
        if (known == null) {
            Set<String> names = namedModels();
            names.removeIf(name -> ModelNames.isWildcard(name) || !serves(name));
            known = Collections.unmodifiableSet(names);
            servedModels = known;
        }
        return known;
    }

    /**
     * As {@link #servedModels()}, and beside these what providers say that they have, where it is theirs to say.
     *
     * @param lists what a provider says; null where it has not said
     * @return the very same set while they add nothing
     */
    public Set<String> servedModels(Function<ProviderConfig, @Nullable Set<String>> lists) {
        Set<String> configured = servedModels();
        Set<String> more = new TreeSet<>();
        for (String name : config.routing().providers()) {
            ProviderTraffic provider = traffic.get(name);
            if (provider != null && eligibility.isOpen(provider.config())) {
                Set<String> list = lists.apply(provider.config());
                (list == null ? Set.<String>of() : list)
                        .stream()
                                .filter(model -> eligibility.match(provider.config(), model) != null)
                                .forEach(more::add);
            }
        }
        if (configured.containsAll(more)) {
            return configured;
        }
        more.addAll(configured);
        return more;
    }

    /**
     * Whether a request for a model would be sent to a provider. Also where the provider does not list it: aliases,
     * deployments and models that somebody has trained stand in few lists, and are served all the same.
     */
    public boolean serves(String model) {
        return servers.routed(model).stream()
                .map(traffic::get)
                .anyMatch(provider -> provider != null && eligibility.match(provider.config(), model) != null);
    }

    /** All that the configuration says of models, wildcards included. */
    private Set<String> namedModels() {
        Set<String> names = new TreeSet<>(config.modelMapping().keySet());
        config.routing().providers().stream()
                .map(traffic::get)
                .filter(Objects::nonNull)
                .forEach(provider -> names.addAll(Eligibility.entries(provider.config())));
        if (config.routing().strategy().equals("model")) {
            names.addAll(config.routing().modelRoutes().keySet());
        }
        return names;
    }

    private List<Candidate> eligible(RoutingRequest request) {
        List<Server> serving = servers.of(request.model());
        List<Candidate> eligible = new ArrayList<>(serving.size());
        Predicate<Candidate> usable = usable(request);
        for (Server server : serving) {
            eligible.add(new Candidate(server.provider(), server.model(), usable));
        }
        return eligible;
    }

    private Predicate<Candidate> usable(RoutingRequest request) {
        return candidate -> context.usable(candidate.traffic(), candidate.tokens(request));
    }

    private @Nullable Candidate fallback(RoutingRequest request) {
        RoutingConfig.Fallback settings = config.routing().fallback();
        ProviderTraffic provider = settings == null ? null : traffic.get(settings.provider());
        if (provider == null) {
            return null;
        }
        Match match = eligibility.match(provider.config(), request.model());
        String model = match != null ? match.model() : Eligibility.firstModel(provider.config(), request.model());
        return new Candidate(provider, model, usable(request));
    }

    private ApiError notServed(String model) {
        Set<String> served = new TreeSet<>(servedModels());
        namedModels().stream().filter(ModelNames::isWildcard).forEach(served::add);
        String some = served.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        String more = served.size() > MOST_NAMED ? ", and " + (served.size() - MOST_NAMED) + " more" : "";
        return ApiError.invalidRequest(
                "The model '" + model + "' is not served here. Served are: " + some + more + ".",
                "model",
                "model_not_found");
    }
}
