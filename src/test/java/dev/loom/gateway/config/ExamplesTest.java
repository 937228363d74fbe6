package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.yaml.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the documentation load as they stand, laid over the complete one and an azure provider. */
@NullUnmarked
class ExamplesTest {

    private static final Path CONFIG = Path.of("src/test/resources/config");
    private static final Path EXAMPLES = CONFIG.resolve("examples");

    @TempDir
    Path directory;

    static Stream<String> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_loads(String example) throws Exception {
        LoadedConfig loaded = load(example);

        assertThat(loaded.files()).hasSize(3).allMatch(Path::isAbsolute);
        assertThat(loaded.config().providers())
                .extracting(ProviderConfig::name)
                .startsWith("openai", "anthropic", "local", "azure");
    }

    @Test
    void there_are_nineteen_of_them() throws Exception {
        assertThat(examples()).hasSize(19);
    }

    @Test
    void the_complete_example_loads_by_itself() throws Exception {
        GatewayConfig config =
                load(List.of(EXAMPLES.resolve("complete-example.yaml"))).config();

        assertThat(config.routing().providers()).containsExactly("openai", "anthropic", "local");
        assertThat(config.providers()).extracting(ProviderConfig::priority).containsExactly(1, 2, 3);
        assertThat(config.routing().failover().retryCodes()).isEqualTo(Set.of(429, 500, 502, 503));
        assertThat(config.modelMapping().get("gpt-4")).containsEntry("local", "llama-2-70b");
        assertThat(provider(config, "openai").rateLimit()).isEqualTo(new RateLimitConfig(500, 90_000, null));
        assertThat(provider(config, "openai").healthCheck().enabled()).isTrue();
        assertThat(provider(config, "local").baseUrl()).isEqualTo("http://llm-server:8000/v1");
    }

    @Test
    void costs_under_routing_win_over_those_of_the_provider() throws Exception {
        GatewayConfig config = load("cost-optimized.yaml").config();

        assertThat(config.routing().strategy()).isEqualTo("cost");
        assertThat(provider(config, "anthropic").cost().forModel("claude-3-opus"))
                .isEqualTo(new CostConfig.Price(0.008, 0.024, null));
    }

    @Test
    void a_later_list_of_routed_providers_replaces_the_earlier_one() throws Exception {
        assertThat(load("round-robin.yaml").config().routing().providers()).containsExactly("openai", "anthropic");
    }

    @Test
    void weights_reach_the_providers() throws Exception {
        assertThat(load("weighted-distribution.yaml").config().providers())
                .extracting(ProviderConfig::weight)
                .containsExactly(60, 30, 10, 1);
    }

    @Test
    void providers_of_a_later_file_change_only_what_they_name() throws Exception {
        ProviderConfig openai = provider(load("rate-limiting-per-provider.yaml").config(), "openai");

        assertThat(openai.rateLimit()).isEqualTo(new RateLimitConfig(500, 90_000, 50));
        assertThat(openai.modelNames()).containsExactly("gpt-4", "gpt-3.5-turbo");
    }

    @Test
    void headers_are_laid_over_a_provider() throws Exception {
        ProviderConfig azure = provider(load("header-modification.yaml").config(), "azure");

        assertThat(azure.headers()).containsExactly(Map.entry("api-key", new Secret("azure-key")));
        assertThat(azure.deployments()).containsEntry("gpt-4", "my-gpt4-deployment");
    }

    @Test
    void the_vertex_example_gets_the_host_of_its_location() throws Exception {
        ProviderConfig vertex = provider(load("google-vertex-ai.yaml").config(), "vertex");

        assertThat(vertex.baseUrl()).isEqualTo("https://us-central1-aiplatform.googleapis.com");
        assertThat(vertex.credentialsFile()).isEqualTo(directory.resolve("credentials.json"));
    }

    @Test
    void model_routes_keep_the_default_apart() throws Exception {
        RoutingConfig routing = load("model-based-routing.yaml").config().routing();

        assertThat(routing.modelRoutes())
                .containsOnlyKeys("gpt-4", "gpt-3.5-turbo", "claude-3-opus", "claude-3-sonnet");
        assertThat(routing.defaultProvider()).isEqualTo("openai");
    }

    @Test
    void the_other_blocks_of_routing_are_read() throws Exception {
        assertThat(load("fallback-provider.yaml").config().routing().fallback())
                .isEqualTo(new RoutingConfig.Fallback("local", true, true));
        assertThat(load("latency-optimized.yaml").config().routing().latency())
                .isEqualTo(new RoutingConfig.Latency(Duration.ofMinutes(5), 95));
        assertThat(load("circuit-breaker.yaml").config().routing().failover().circuitBreaker())
                .isEqualTo(new FailoverConfig.Breaker(true, 5, 3, Duration.ofMinutes(1)));
        assertThat(provider(load("active-health-checks.yaml").config(), "openai")
                        .healthCheck())
                .isEqualTo(new HealthCheckConfig(true, Duration.ofSeconds(30), Duration.ofSeconds(5), "/v1/models"));
    }

    private LoadedConfig load(String example) throws Exception {
        Path credentials = Files.writeString(directory.resolve("credentials.json"), "{}");
        String text = Files.readString(EXAMPLES.resolve(example));
        Path block = Files.writeString(
                directory.resolve(example), text.replace("/path/to/credentials.json", credentials.toString()));
        return load(List.of(EXAMPLES.resolve("complete-example.yaml"), CONFIG.resolve("azure-provider.yaml"), block));
    }

    private static LoadedConfig load(List<Path> files) throws ConfigException {
        Map<String, String> variables = Map.of(
                "OPENAI_API_KEY", "openai-key", "ANTHROPIC_API_KEY", "anthropic-key", "AZURE_API_KEY", "azure-key");
        List<String> locations = new ArrayList<>();
        files.forEach(file -> locations.add(file.toString()));
        return new ConfigLoader(variables::get).load(locations);
    }

    private static ProviderConfig provider(GatewayConfig config, String name) {
        return config.providers().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
