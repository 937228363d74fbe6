package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries of {@code models} that say more than a name. */
@NullUnmarked
class ModelEntriesTest {

    @TempDir
    Path directory;

    private LoadedConfig load(String keys) {
        return ConfigFiles.in(directory).load("ai_gateway: {providers: [{name: p, type: simulator, " + keys + "}]}");
    }

    private ProviderConfig provider(String keys) {
        return load(keys).config().providers().get(0);
    }

    private static Duration firstToken(ProviderConfig provider, String model) {
        return new Target(provider, model).timeouts().firstToken();
    }

    @Test
    void names_and_maps_stand_beside_each_other() {
        ProviderConfig provider = provider("models: [a, {name: b, context: 8000, max_output: 100,"
                + " features: [vision], surfaces: [responses]}]");

        assertThat(provider.modelNames()).containsExactly("a", "b");
        assertThat(provider.model("a")).isEqualTo(ModelConfig.named("a"));
        assertThat(provider.model("b"))
                .isEqualTo(new ModelConfig(
                        "b",
                        ModelConfig.Timeouts.NONE,
                        8000,
                        100,
                        List.of("vision"),
                        List.of("responses"),
                        RequestConfig.NONE));
    }

    @Test
    void timeouts_of_a_model_lie_over_the_providers() {
        ProviderConfig provider =
                provider("timeouts: {idle: 7s}, models: [a, {name: b, timeouts: {first_token: 5m, total: 2h}}]");
        TimeoutsConfig timeouts = new Target(provider, "b").timeouts();

        assertThat(timeouts.firstToken()).isEqualTo(Duration.ofMinutes(5));
        assertThat(timeouts.total()).isEqualTo(Duration.ofHours(2));
        assertThat(timeouts.idle()).isEqualTo(Duration.ofSeconds(7));
        assertThat(timeouts.response()).isEqualTo(provider.timeouts().response());
        assertThat(new Target(provider, "a").timeouts()).isEqualTo(provider.timeouts());
        assertThat(new Target(provider, "unlisted").timeouts()).isEqualTo(provider.timeouts());
    }

    @Test
    void the_closest_entry_counts() {
        ProviderConfig provider = provider("models: [{name: 'o*', timeouts: {first_token: 1s}},"
                + " {name: 'o3*', timeouts: {first_token: 2s}},"
                + " {name: o3-pro-2025-06-10, timeouts: {first_token: 3s}},"
                + " {name: o3-pro, timeouts: {first_token: 4s}}]");

        assertThat(firstToken(provider, "o3-pro")).hasSeconds(4);
        assertThat(firstToken(provider, "o3-pro-2025-06-10")).hasSeconds(3);
        assertThat(firstToken(provider, "o3-pro-2026-01-01")).hasSeconds(4);
        assertThat(firstToken(provider, "o3-mini")).hasSeconds(2);
        assertThat(firstToken(provider, "o4")).hasSeconds(1);
    }

    /** The name alone says that nothing is special about it. */
    @Test
    void an_entry_that_is_only_a_name_counts_before_those_that_are_less_close() {
        ProviderConfig provider = provider(
                "models: [{name: 'o*', max_output: 1}, o3, 'p*', {name: 'p3-*', max_output: 2}, {name: o4, max_output: 3}, o4]");

        assertThat(provider.model("o3").maxOutput()).isNull();
        assertThat(provider.model("o3-2026-01-01").maxOutput()).isNull();
        assertThat(provider.model("o3-mini").maxOutput()).isEqualTo(1);
        assertThat(provider.model("p2").maxOutput()).isNull();
        assertThat(provider.model("p3-mini").maxOutput()).isEqualTo(2);
        assertThat(provider.model("o4").maxOutput())
                .as("one of two that are equally close")
                .isEqualTo(3);
    }

    @Test
    void a_deployment_has_the_timeouts_of_its_model() {
        ProviderConfig provider = ConfigFiles.in(directory)
                .load(
                        "ai_gateway: {providers: [{name: p, type: azure, api_key: k, base_url: 'https://r.openai.azure.com',"
                                + " deployments: {o3: mine}, models: [{name: o3, timeouts: {first_token: 9s}}]}]}")
                .config()
                .providers()
                .get(0);

        assertThat(firstToken(provider, "mine")).hasSeconds(9);
    }

    @Test
    void the_effective_configuration_shows_what_was_written() {
        Map<String, Object> provider = ((List<Map<String, Object>>)
                        load("models: [a, {name: b, timeouts: {first_token: 5m}}]")
                                .effective()
                                .get("providers"))
                .get(0);

        assertThat(provider.get("models"))
                .isEqualTo(List.of(
                        "a",
                        Map.of(
                                "name", "b",
                                "timeouts", Map.of("first_token", "5m"),
                                "features", List.of(),
                                "surfaces", List.of())));
    }

    @Test
    void what_is_wrong_is_named_with_its_place() {
        assertThat(ConfigFiles.in(directory)
                        .errors("ai_gateway: {providers: [{name: p, type: simulator, models: [{timeouts: {idle: 1}},"
                                + " {name: b, timeout: 3s}, [c]]}]}"))
                .anyMatch(error -> error.contains("models[0].name") && error.contains("is required"))
                .anyMatch(error -> error.contains("models[0].timeouts.idle") && error.contains("must be a duration"))
                .anyMatch(error -> error.contains("models[1].timeout ") && error.contains("unknown key"))
                .anyMatch(error -> error.contains("models[2]") && error.contains("must be a single value"));
    }

    @Test
    void prices_and_limits_go_by_the_closest_name() {
        ProviderConfig provider = provider(
                "cost: {gpt-4o: {input_per_1k: 1, output_per_1k: 1}, 'gpt-*': {input_per_1k: 2,"
                        + " output_per_1k: 2}, '*': {input_per_1k: 3, output_per_1k: 3}}, max_output_tokens: {'gpt-*': 7}");

        for (String[] each : new String[][] {
            {"gpt-4o", "1"},
            {"gpt-4o-2024-08-06", "1"},
            {"gpt-4o-mini", "2"},
            {"gpt-4o-mini-2024-07-18", "2"},
            {"o3", "3"}
        }) {
            assertThat(provider.cost().forModel(each[0]).inputPer1k())
                    .as(each[0])
                    .isEqualTo(Double.parseDouble(each[1]));
        }
        assertThat(provider.maxOutputTokens().forModel("gpt-5")).isEqualTo(7);
        assertThat(provider.maxOutputTokens().forModel("o3")).isNull();
    }
}
