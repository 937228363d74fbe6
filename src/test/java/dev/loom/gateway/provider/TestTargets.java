package dev.loom.gateway.provider;

import dev.loom.gateway.config.CostConfig;
import dev.loom.gateway.config.HealthCheckConfig;
import dev.loom.gateway.config.MaxOutputTokens;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.config.ModelEntries;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.RequestConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.SimulatorConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.config.UsageInStreams;
import dev.loom.gateway.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Made-up providers and requests for the dialects' tests. */
public final class TestTargets {

    public static final Instant RECEIVED = Instant.ofEpochSecond(1_790_000_000L);

    private TestTargets() {}

    public static Target target(String type, @Nullable String apiVersion, Map<String, String> headers, String model) {
        return new Target(provider(type, "https://up.example/v1", apiVersion, "key-1", headers), model);
    }

    public static Target openAi(String model) {
        return target("openai", null, Map.of(), model);
    }

    /** OpenAI's kind, for a model that is on this API alone. */
    public static Target serving(String surface) {
        ProviderConfig plain = provider("openai", "https://up.example/v1", null, "key-1", Map.of());
        ModelConfig model = Records.with(ModelConfig.named("m"), "surfaces", List.of(surface));
        return new Target(Records.with(plain, "models", ModelEntries.of(List.of(model))), "m");
    }

    public static ProviderConfig provider(
            String type,
            String baseUrl,
            @Nullable String apiVersion,
            @Nullable String key,
            Map<String, String> headers) {
        Map<String, Secret> secrets = new HashMap<>();
        headers.forEach((name, value) -> secrets.put(name, new Secret(value)));
        Duration second = Duration.ofSeconds(1);
        return new ProviderConfig(
                "up",
                type,
                true,
                key == null ? null : new Secret(key),
                baseUrl,
                "org-1",
                "proj-1",
                apiVersion,
                Map.of(),
                null,
                null,
                null,
                "2023-06-01",
                ModelEntries.NONE,
                secrets,
                new MaxOutputTokens(null, Map.of()),
                UsageInStreams.AUTO,
                "auto",
                RequestConfig.NONE,
                RateLimitConfig.NONE,
                new HealthCheckConfig(false, second, second, null),
                new CostConfig(null, Map.of()),
                1,
                1,
                new TimeoutsConfig(second, second, second, second, second, second),
                null,
                null,
                new SimulatorConfig(second, 1, 0, 500, null, null, 0));
    }

    public static ChatRequest request(String json) {
        try {
            return ChatRequest.parse(json.getBytes(StandardCharsets.UTF_8), RECEIVED);
        } catch (InvalidRequest e) {
            throw new AssertionError(e);
        }
    }

    public static ChatRequest plain() {
        return request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    public static ChatRequest streaming(boolean includeUsage) {
        String options = includeUsage ? ",\"stream_options\":{\"include_usage\":true}" : "";
        return request("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true"
                + options + "}");
    }
}
