package dev.loom.gateway.camel;

import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** Makes the routes of each provider from the templates: one to call it, and one to check its health if that is wanted. */
final class ProviderRoutes {

    /** Share of the interval by which checks are spread, so that many gateways do not ask at the same moment. */
    private static final double JITTER = 0.1;

    private final CamelContext context;
    private final RandomGenerator random;

    ProviderRoutes(CamelContext context, RandomGenerator random) {
        this.context = context;
        this.random = random;
    }

    void add(Gateway gateway) {
        gateway.traffic().values().forEach(this::add);
    }

    private void add(ProviderTraffic provider) {
        context.getRegistry().bind("loom-breaker-" + provider.name(), provider.breaker());
        from("loom-provider", provider.config()).add();
        HealthCheckConfig check = provider.config().healthCheck();
        if (check.enabled()) {
            from("loom-health", provider.config())
                    .parameter("period", jittered(check.interval().toMillis()))
                    .add();
        }
    }

    private TemplatedRouteBuilder from(String template, ProviderConfig provider) {
        return TemplatedRouteBuilder.builder(context, template)
                .routeId(template + "-" + provider.name())
                .prefixId(template + "-" + provider.name())
                .parameter("name", provider.name())
                .parameter("url", url(provider));
    }

    private long jittered(long millis) {
        return Math.max(1, (long) (millis * (1 + JITTER * (2 * random.nextDouble() - 1))));
    }

    /** The real URL of each request is set with the request; this one names the endpoint in logs and JMX. */
    private static String url(ProviderConfig provider) {
        return provider.baseUrl() != null ? provider.baseUrl() : "http://simulator.invalid/" + provider.name();
    }
}
