package dev.loom.gateway.camel;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.traffic.ProviderTraffic;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;

/** Makes an instance of {@code provider.camel.yaml} for each provider. */
final class ProviderRoutes {

    private final CamelContext context;

    ProviderRoutes(CamelContext context) {
        this.context = context;
    }

    void add(Gateway gateway) {
        gateway.traffic().values().forEach(this::add);
    }

    private void add(ProviderTraffic provider) {
        context.getRegistry().bind("loom-breaker-" + provider.name(), provider.breaker());
        TemplatedRouteBuilder.builder(context, "loom-provider")
                .routeId("loom-provider-" + provider.name())
                .prefixId("loom-provider-" + provider.name())
                .parameter("name", provider.name())
                .parameter("url", url(provider.config()))
                .add();
    }

    /** The real URL of each request is set with the request; this one names the endpoint in logs and JMX. */
    private static String url(ProviderConfig provider) {
        return provider.baseUrl() != null ? provider.baseUrl() : "http://simulator.invalid/" + provider.name();
    }
}
