package dev.loom.gateway.camel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON in which the admin port shows providers. */
final class ProviderViews {

    private ProviderViews() {}

    static ObjectNode list(Collection<ProviderTraffic> providers) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("providers");
        providers.forEach(provider -> list.add(summary(provider)));
        return body;
    }

    static ObjectNode summary(ProviderTraffic provider) {
        ProviderConfig config = provider.config();
        Counters counters = provider.counters();
        Counters.Snapshot counts = counters.snapshot();
        ObjectNode json = Json.object()
                .put("name", config.name())
                .put("type", config.type())
                .put("status", provider.health().status().label());
        ArrayNode models = json.putArray("models");
        models(config).forEach(models::add);
        return json.put("requests", counts.requests())
                .put("errors", counts.errorCount())
                .put("tokens_in", counts.tokens().input())
                .put("tokens_out", counts.tokens().output())
                .put("avg_latency_ms", rounded(counters.latency().mean()))
                .put("circuit_breaker", breakerState(provider))
                .put("in_flight", counters.inFlight());
    }

    static ObjectNode health(ProviderTraffic provider) {
        Health.Snapshot health = provider.health().snapshot();
        return Json.object()
                .put("name", health.name())
                .put("status", health.status().label())
                .put("latency_ms", health.latencyMs())
                .put(
                        "last_check",
                        health.lastCheck() == null ? null : health.lastCheck().toString())
                .put("error", health.error());
    }

    static String breakerState(ProviderTraffic provider) {
        return provider.breaker().getState().name().toLowerCase(Locale.ROOT);
    }

    private static Set<String> models(ProviderConfig config) {
        Set<String> models = new LinkedHashSet<>(config.models());
        models.addAll(config.deployments().keySet());
        return models;
    }

    /** Milliseconds to a tenth; null where nothing was measured. */
    static @Nullable Double rounded(double millis) {
        return Double.isNaN(millis) ? null : (Double) (Math.round(millis * 10) / 10.0);
    }
}
