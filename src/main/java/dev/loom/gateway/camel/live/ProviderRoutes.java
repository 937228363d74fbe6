package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.live.Rehearsal.Instance;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * The routes of each provider, made from the templates: one to call it, and one to check its health if that is wanted.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
public final class ProviderRoutes {

    private static final String CALL = "loom-provider";
    private static final String CHECK = "loom-health";
    private static final String BREAKER = "loom-breaker-";

    /** Share of the interval by which checks are spread, so that many gateways do not ask at the same moment. */
    private static final double JITTER = 0.1;

    private final ModelCamelContext context;
    private final ProviderClients clients;
    private final Retirement retirement;
    private final RouteSwap swap;
    private final Definitions definitions;
    private final double jitter;
    private Map<String, Instance> running = new LinkedHashMap<>();

    public ProviderRoutes(
            ModelCamelContext context, ProviderClients clients, Retirement retirement, RandomGenerator random) {
        this.context = context;
        this.clients = clients;
        this.retirement = retirement;
        this.swap = new RouteSwap(context, retirement::later);
        this.definitions = new Definitions(context);
        this.jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
    }

    /** Makes the running routes those that this configuration wants; those that stay as they are run on untouched. */
    public void follow(Gateway gateway) throws Exception {
        Map<String, Instance> wanted = wanted(gateway);
        Set<String> clientsBefore = clientsOf(running);
        gateway.traffic().values().forEach(provider -> context.getRegistry()
                .bind(BREAKER + provider.name(), provider.breaker()));
        for (Instance instance : wanted.values()) {
            if (!instance.equals(running.get(instance.routeId()))) {
                start(instance);
            }
        }
        running.keySet().stream().filter(id -> !wanted.containsKey(id)).forEach(swap::remove);
        running = wanted;
        retire(clientsBefore);
    }

    private void start(Instance instance) throws Exception {
        swap.replace(definitions.instance(instance.routeId(), () -> instance.addTo(context)));
        running.put(instance.routeId(), instance);
    }

    private void retire(Set<String> clientsBefore) {
        clientsBefore.removeAll(clientsOf(running));
        clientsBefore.forEach(client -> retirement.later(() -> forget(client)));
    }

    private void forget(String client) {
        if (!clientsOf(running).contains(client)) {
            clients.forget(client);
        }
    }

    private static Set<String> clientsOf(Map<String, Instance> instances) {
        return instances.values().stream()
                .map(instance -> instance.parameters().get("client"))
                .collect(Collectors.toSet());
    }

    /** Makes the instances of edited templates anew, and those whose route is one of these. */
    void renew(Set<String> templates, Predicate<RouteDefinition> routes) throws Exception {
        for (Instance instance : instances()) {
            RouteDefinition route = context.getRouteDefinition(instance.routeId());
            if (templates.contains(instance.template()) || (route != null && routes.test(route))) {
                start(instance);
            }
        }
    }

    List<Instance> instances() {
        return List.copyOf(running.values());
    }

    private Map<String, Instance> wanted(Gateway gateway) {
        Map<String, Instance> wanted = new LinkedHashMap<>();
        for (ProviderTraffic provider : gateway.traffic().values()) {
            Map<String, String> parameters = parameters(provider.config(), gateway);
            add(wanted, CALL, provider.name(), parameters);
            HealthCheckConfig check = provider.config().healthCheck();
            if (check.enabled()) {
                Map<String, String> timed = new LinkedHashMap<>(parameters);
                timed.put("period", period(check));
                add(wanted, CHECK, provider.name(), timed);
            }
        }
        return wanted;
    }

    private String period(HealthCheckConfig check) {
        return Long.toString(Math.max(1, (long) (check.interval().toMillis() * jitter)));
    }

    private static void add(
            Map<String, Instance> wanted, String template, String provider, Map<String, String> parameters) {
        String id = template + "-" + provider;
        wanted.put(id, new Instance(template, id, parameters));
    }

    private Map<String, String> parameters(ProviderConfig provider, Gateway gateway) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("name", provider.name());
        parameters.put("url", url(provider));
        parameters.put("client", clients.nameFor(provider, gateway.config().server()));
        return parameters;
    }

    /** The real URL of each request is set with the request; this one names the endpoint in logs and JMX. */
    private static String url(ProviderConfig provider) {
        return provider.baseUrl() != null ? provider.baseUrl() : "http://simulator.invalid/" + provider.name();
    }
}
