package dev.loom.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.Providers;
import dev.loom.gateway.routing.Setup;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many series there are, and that a request costs no search for them. */
class GatewayMetricsTest {

    private static final int PROVIDERS = 50;
    private static final int MODELS = 20;

    /** Health, in flight, breaker; latency and first token with three quantiles, count, sum and maximum each. */
    private static final int SERIES_OF_A_PROVIDER = 3 + 2 * 6;

    /** Success, error; input, output, cached; cost, under two names. */
    private static final int SERIES_OF_A_MODEL = 7;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<ProviderTraffic> providers;
    private final GatewayMetrics metrics;

    GatewayMetricsTest() {
        String[] models = IntStream.range(0, MODELS).mapToObj(i -> "m" + i).toArray(String[]::new);
        GatewayConfig config = Setup.strategy("priority")
                .with(IntStream.range(0, PROVIDERS)
                        .mapToObj(i -> Providers.provider("p" + i).models(models))
                        .toArray(Providers[]::new))
                .build();
        providers = config.providers().stream()
                .map(provider -> new ProviderTraffic(provider, config.routing(), TimeSource.system()))
                .toList();
        metrics = new GatewayMetrics(registry);
        metrics.show(config, providers);
    }

    private long series() {
        return registry.scrape().lines().filter(line -> !line.startsWith("#")).count();
    }

    private void serve(ProviderTraffic provider, String model) {
        Candidate candidate = new Candidate(provider, model, true);
        metrics.firstToken(candidate, 0.1);
        metrics.ended(candidate, Outcome.SUCCESS, new Usage(3, 2, 1), 0.01, 0.2);
        metrics.ended(candidate, Outcome.TRANSIENT, null, 0, 0.2);
    }

    private void serveEverything() {
        for (ProviderTraffic provider : providers) {
            for (int model = 0; model < MODELS; model++) {
                serve(provider, "m" + model);
            }
        }
    }

    @Test
    void series_grow_with_providers_and_models_and_not_with_requests() {
        assertThat(series()).isEqualTo(PROVIDERS * SERIES_OF_A_PROVIDER);
        serveEverything();
        long all = PROVIDERS * (SERIES_OF_A_PROVIDER + MODELS * SERIES_OF_A_MODEL);
        assertThat(series()).isEqualTo(all);
        serveEverything();
        assertThat(series()).isEqualTo(all);
    }

    @Test
    void a_thousand_unknown_models_are_one() {
        for (int i = 0; i < 1000; i++) {
            serve(providers.get(0), "invented-" + i);
        }
        assertThat(series()).isEqualTo(PROVIDERS * SERIES_OF_A_PROVIDER + SERIES_OF_A_MODEL);
        assertThat(registry.scrape()).contains("model=\"other\"").doesNotContain("invented");
    }

    @Test
    void once_there_a_meter_is_not_looked_up_again() {
        serveEverything();
        registry.clear();
        serveEverything();
        assertThat(registry.getMeters()).isEmpty();
    }
}
