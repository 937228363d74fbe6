package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.Health;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.SlidingWindow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON in which the admin port shows providers and requests. */
public final class ProviderViews {

    private ProviderViews() {}

    public static ObjectNode list(Collection<ProviderTraffic> providers) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("providers");
        providers.forEach(provider -> list.add(summary(provider)));
        return body;
    }

    public static ObjectNode requests(List<FinishedRequest> requests, Collection<ProviderTraffic> providers) {
        ObjectNode body = Json.object();
        ArrayNode list = body.putArray("requests");
        requests.forEach(request -> list.add(request.toJson()));
        ArrayNode drained = body.putArray("drained");
        providers.stream().filter(ProviderTraffic::drained).forEach(provider -> drained.add(provider.name()));
        return body;
    }

    public static ObjectNode summary(ProviderTraffic provider) {
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

    public static ObjectNode stats(ProviderTraffic provider) {
        Counters counters = provider.counters();
        Counters.Snapshot counts = counters.snapshot();
        ObjectNode json = Json.object()
                .put("name", provider.name())
                .put("requests", counts.requests())
                .put("successes", counts.successes());
        ObjectNode errors = json.putObject("errors");
        counts.errors().forEach((outcome, number) -> errors.put(outcome.label(), number));
        json.putObject("tokens")
                .put("input", counts.tokens().input())
                .put("output", counts.tokens().output())
                .put("cached", counts.tokens().cached());
        json.put("cost_usd", counts.costUsd());
        json.putObject("latency_ms").put("avg", rounded(counters.latency().mean()));
        percentiles((ObjectNode) json.get("latency_ms"), counters.latency(), 50, 95, 99);
        percentiles(json.putObject("time_to_first_token_ms"), counters.firstToken(), 50, 95);
        json.put("in_flight", counters.inFlight());
        Instant openUntil = provider.breaker().openUntil();
        json.putObject("circuit_breaker")
                .put("state", breakerState(provider))
                .put("consecutive_failures", provider.breaker().consecutiveFailures())
                .put("until", openUntil == null ? null : iso(openUntil));
        Instant until = provider.coolDown().until();
        json.put("cooldown_until", until == null ? null : iso(until));
        ObjectNode limits = json.putObject("limits");
        provider.limits().levels().forEach((name, level) -> limits.putObject(name)
                .put("limit", level.limit())
                .put("remaining", level.remaining()));
        return json;
    }

    private static void percentiles(ObjectNode json, SlidingWindow window, int... percentiles) {
        for (int percentile : percentiles) {
            json.put("p" + percentile, rounded(window.percentile(percentile)));
        }
    }

    public static ObjectNode health(ProviderTraffic provider) {
        Health.Snapshot health = provider.health().snapshot();
        return Json.object()
                .put("name", health.name())
                .put("status", health.status().label())
                .put("latency_ms", health.latencyMs())
                .put("last_check", health.lastCheck() == null ? null : iso(health.lastCheck()))
                .put("error", health.error());
    }

    public static String breakerState(ProviderTraffic provider) {
        return provider.breaker().getState().name().toLowerCase(Locale.ROOT);
    }

    static List<String> models(ProviderConfig config) {
        return Stream.concat(config.modelNames().stream(), config.deployments().keySet().stream())
                .distinct()
                .toList();
    }

    /** To the millisecond, in UTC. */
    public static String iso(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Milliseconds to a tenth; null where nothing was measured. */
    static @Nullable Double rounded(double millis) {
        return Double.isNaN(millis) ? null : (Double) (Math.round(millis * 10) / 10.0);
    }
}
