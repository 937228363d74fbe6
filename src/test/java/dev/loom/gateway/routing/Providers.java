package dev.loom.gateway.routing;

import dev.loom.gateway.config.CostConfig;
import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.config.UsageInStreams;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds a provider's configuration from the few things that a test cares about. */
public final class Providers {

    private final String name;
    private List<String> models = List.of();
    private final Map<String, String> deployments = new LinkedHashMap<>();
    private RateLimitConfig limits = RateLimitConfig.NONE;
    private boolean healthChecked;
    private @Nullable Price price;
    private int priority = 1;
    private int weight = 1;

    private Providers(String name) {
        this.name = name;
    }

    public static Providers provider(String name) {
        return new Providers(name);
    }

    public Providers models(String... names) {
        models = List.of(names);
        return this;
    }

    public Providers deployment(String model, String deployment) {
        deployments.put(model, deployment);
        return this;
    }

    public Providers limits(
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer concurrentRequests) {
        limits = new RateLimitConfig(requestsPerMinute, tokensPerMinute, concurrentRequests);
        return this;
    }

    public Providers healthChecked() {
        healthChecked = true;
        return this;
    }

    public Providers price(double inputPer1k, double outputPer1k) {
        price = new Price(inputPer1k, outputPer1k, null);
        return this;
    }

    public Providers priority(int number) {
        priority = number;
        return this;
    }

    public Providers weight(int number) {
        weight = number;
        return this;
    }

    public ProviderConfig build() {
        return new ProviderConfig(
                name,
                deployments.isEmpty() ? "openai" : "azure",
                true,
                null,
                "http://localhost:1/v1",
                null,
                null,
                null,
                deployments,
                null,
                null,
                null,
                "2023-06-01",
                ModelEntries.of(models.stream().map(ModelConfig::named).toList()),
                Map.of(),
                new MaxOutputTokens(null, Map.of()),
                UsageInStreams.AUTO,
                "auto",
                RequestConfig.NONE,
                limits,
                new HealthCheckConfig(healthChecked, Duration.ofSeconds(30), Duration.ofSeconds(5), null),
                new CostConfig(price, Map.of()),
                priority,
                weight,
                new TimeoutsConfig(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(30)),
                null,
                null,
                new SimulatorConfig(Duration.ZERO, 50, 0, 500, null, null, 1));
    }
}
