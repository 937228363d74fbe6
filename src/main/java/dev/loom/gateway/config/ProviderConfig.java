package dev.loom.gateway.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code providers}. What the user wrote for it under {@code routing.providers} is merged in already.
 *
 * @param type openai, azure, anthropic, vertex, gemini, simulator, or {@code bean:} and the name of a dialect in the Camel registry
 * @param baseUrl without a trailing slash and with the type's default filled in; null only for simulators and custom types
 * @param deployments azure only: model name to deployment name
 * @param models none means that the provider serves any model
 * @param usageInStreams whether {@code stream_options} may be sent
 * @param family the API whose known peculiarities are minded; auto for that of {@code baseUrl}, none for no such
 * @param headers sent with every request, over the dialect's own
 * @param priority 1 is asked first; providers without one follow in the order of the file
 * @param weight share under the weighted strategy; 0 drains the provider
 */
public record ProviderConfig(
        String name,
        String type,
        boolean enabled,
        @Nullable Secret apiKey,
        @Nullable String baseUrl,
        @Nullable String organization,
        @Nullable String project,
        @Nullable String apiVersion,
        Map<String, String> deployments,
        @Nullable String projectId,
        @Nullable String location,
        @Nullable Path credentialsFile,
        String anthropicVersion,
        ModelEntries models,
        Map<String, Secret> headers,
        MaxOutputTokens maxOutputTokens,
        UsageInStreams usageInStreams,
        String family,
        RequestConfig request,
        RateLimitConfig rateLimit,
        HealthCheckConfig healthCheck,
        CostConfig cost,
        int priority,
        int weight,
        TimeoutsConfig timeouts,
        @Nullable String proxy,
        @Nullable TlsConfig tls,
        SimulatorConfig simulator) {

    /** The entries of {@code models}, some of which may end in {@code *}. */
    public List<String> modelNames() {
        return models.names();
    }

    /**
     * What is special about a model, by the entry that meets its name best: the same one, else the same but for a date,
     * else the longest that ends in {@code *}.
     *
     * @param model as sent upstream; for Azure the deployment
     */
    public ModelConfig model(String model) {
        ModelConfig plain = ModelConfig.named(model);
        if (models.special().stream().noneMatch(entry -> meets(entry, model))) {
            return plain;
        }
        ModelConfig closest = models.all().stream()
                .filter(entry -> meets(entry, model))
                .min(Comparator.comparing((ModelConfig entry) -> entry.name().endsWith("*"))
                        .thenComparing(entry -> !entry.name().equals(model))
                        .thenComparing(entry -> -entry.name().length())
                        .thenComparing(ModelConfig::isPlain))
                .orElse(plain);
        return closest.isPlain() ? plain : closest;
    }

    private boolean meets(ModelConfig entry, String model) {
        return ModelNames.matches(entry.name(), model) || model.equals(deployments.get(entry.name()));
    }

    /**
     * What decides who is called, and as whom. Where it changes, nothing that was learnt of the provider holds any more:
     * not that it is down, nor that its key is refused.
     */
    public List<?> identity() {
        return Arrays.asList(
                type,
                apiKey,
                baseUrl,
                organization,
                project,
                apiVersion,
                projectId,
                location,
                credentialsFile,
                anthropicVersion,
                headers,
                proxy,
                tls,
                simulator);
    }
}
