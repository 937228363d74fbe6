package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.ManualTime;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private final ManualTime time = new ManualTime();
    private final History history = new History();

    @TempDir
    Path directory;

    private ProviderTraffic a;
    private ProviderTraffic b;

    @BeforeEach
    void providers() throws Exception {
        Path file = Files.writeString(
                directory.resolve("two.yaml"),
                "ai_gateway: {providers: [{name: a, type: simulator}, {name: b, type: simulator}]}");
        GatewayConfig config =
                new ConfigLoader(name -> null).load(List.of(file.toString())).config();
        a = new ProviderTraffic(config.providers().get(0), config.routing(), time);
        b = new ProviderTraffic(config.providers().get(1), config.routing(), time);
    }

    private void sample(ProviderTraffic... providers) {
        history.sample(time.instant(), List.of(providers));
        time.advance(History.EVERY);
    }

    private static void attempt(Counters counters, Outcome outcome) {
        counters.began();
        counters.outcome(outcome);
        counters.used(new Usage(1000, 0, 0), new Price(0.5, 0, null));
        counters.took(Duration.ofMillis(100));
        counters.ended();
    }

    @Test
    void nothing_is_there_before_the_first_sample() {
        JsonNode json = history.toJson(time.instant());
        assertThat(json.path("times")).isEmpty();
        assertThat(json.path("providers")).isEmpty();
        assertThat(json.path("every_ms").asLong()).isEqualTo(10_000);
        assertThat(json.path("now").asText()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void each_sample_is_what_the_counters_said_then() {
        sample(a);
        attempt(a.counters(), Outcome.SUCCESS);
        attempt(a.counters(), Outcome.TRANSIENT);
        sample(a);
        JsonNode json = history.toJson(time.instant());
        assertThat(json.path("times").toString()).isEqualTo("[\"2026-01-01T00:00:00Z\",\"2026-01-01T00:00:10Z\"]");
        JsonNode columns = json.at("/providers/0");
        assertThat(columns.path("name").asText()).isEqualTo("a");
        assertThat(columns.path("requests").toString()).isEqualTo("[0,2]");
        assertThat(columns.path("successes").toString()).isEqualTo("[0,1]");
        assertThat(columns.path("errors").toString()).isEqualTo("[0,1]");
        assertThat(columns.path("cost_usd").toString()).isEqualTo("[0.0,1.0]");
        assertThat(columns.at("/p95_ms/0").isNull()).isTrue();
        assertThat(columns.at("/p95_ms/1").asDouble()).isBetween(99.0, 101.0);
    }

    @Test
    void a_provider_that_came_later_has_nothing_before() {
        sample(a);
        sample(a, b);
        sample(b);
        JsonNode json = history.toJson(time.instant());
        assertThat(json.at("/providers/0/requests").toString()).isEqualTo("[0,0,null]");
        assertThat(json.at("/providers/1/requests").toString()).isEqualTo("[null,0,0]");
    }

    @Test
    void an_hour_is_kept_and_no_more() {
        for (int i = 0; i < 1000; i++) {
            sample(a);
        }
        JsonNode times = history.toJson(time.instant()).path("times");
        assertThat(times).hasSize(361);
        assertThat(times.get(0).asText())
                .isEqualTo(time.instant().minusSeconds(3610).toString());
    }
}
