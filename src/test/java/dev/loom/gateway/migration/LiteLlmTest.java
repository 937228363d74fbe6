package dev.loom.gateway.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ProviderConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --import-litellm} on configurations as LiteLLM's users have them. */
@NullUnmarked
class LiteLlmTest {

    @TempDir
    Path directory;

    private String notes;
    private String written;

    private int run(Path file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = LiteLlm.run(file, new PrintStream(out), new PrintStream(err));
        written = out.toString(StandardCharsets.UTF_8);
        notes = err.toString(StandardCharsets.UTF_8);
        return code;
    }

    private LoadedConfig loaded(String name) throws Exception {
        assertThat(run(Path.of("src/test/resources/litellm", name + ".yaml")))
                .as(() -> notes)
                .isZero();
        Path file = Files.writeString(directory.resolve("ai-gateway.yaml"), written);
        return new ConfigLoader(LiteLlmTest::variable).load(List.of(file.toString()));
    }

    private static String variable(String name) {
        return name.contains("_") ? name.endsWith("_BASE") ? "https://x.example.com" : "v-" + name : "3";
    }

    private static ProviderConfig provider(GatewayConfig config, String name) {
        return config.providers().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "several-providers",
                "fallbacks",
                "weights",
                "wildcards",
                "budgets",
                "what-is-lost",
                "merged",
                "everything"
            })
    void what_is_written_is_valid(String name) throws Exception {
        assertThat(loaded(name).config().providers()).isNotEmpty();
    }

    @Test
    void each_prefix_is_a_provider_of_its_type_with_its_address_and_key() throws Exception {
        GatewayConfig config = loaded("several-providers").config();
        assertThat(config.providers())
                .extracting(ProviderConfig::name)
                .containsExactly(
                        "azure",
                        "openai",
                        "openai-2",
                        "anthropic",
                        "vertex",
                        "gemini",
                        "bedrock",
                        "ollama",
                        "hosted-vllm");
        assertThat(provider(config, "azure").deployments()).containsEntry("chat-large", "prod-large");
        assertThat(provider(config, "azure").apiVersion()).isEqualTo("2024-10-21");
        assertThat(provider(config, "bedrock").baseUrl())
                .isEqualTo("https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1");
        assertThat(provider(config, "hosted-vllm").baseUrl()).isEqualTo("http://vllm:8000/v1");
        assertThat(provider(config, "openai-2").apiKey().value()).isEqualTo("v-OPENAI_API_KEY");
    }

    @Test
    void names_of_groups_and_aliases_become_the_model_mapping() throws Exception {
        GatewayConfig config = loaded("several-providers").config();
        assertThat(config.modelMapping().get("chat-large"))
                .containsEntry("azure", "chat-large")
                .containsEntry("openai", "gpt-4o");
        assertThat(config.modelMapping().get("gpt-4"))
                .isEqualTo(config.modelMapping().get("chat-large"));
        assertThat(config.modelMapping().get("claude")).containsEntry("anthropic", "claude-sonnet-4-5");
    }

    @Test
    void limits_prices_timeouts_and_the_breaker_are_carried_over() throws Exception {
        GatewayConfig config = loaded("several-providers").config();
        assertThat(written)
                .contains("requests_per_minute: 120", "input_per_1k: 0.003", "output_per_1k: 0.015", "temperature: 0.2")
                .contains("max_retries: 3", "deadline: 90s", "failure_threshold: 3", "timeout: 30s", "response: 60s")
                .contains("format: json", "key: '${LITELLM_MASTER_KEY}'");
        assertThat(config.routing().strategy()).isEqualTo("round_robin");
    }

    @Test
    void weights_are_shares() throws Exception {
        GatewayConfig config = loaded("weights").config();
        assertThat(config.routing().strategy()).isEqualTo("weighted");
        assertThat(written).contains("weight: 9", "weight: 1");
    }

    @Test
    void fallbacks_follow_the_provider_of_the_group() throws Exception {
        GatewayConfig config = loaded("fallbacks").config();
        assertThat(config.routing().strategy()).isEqualTo("model");
        assertThat(config.routing().modelRoutes())
                .containsEntry("smart", "openai")
                .containsEntry("careful", "anthropic");
        assertThat(config.modelMapping().get("smart")).containsOnlyKeys("openai", "anthropic", "gemini");
        assertThat(config.modelMapping().get("careful")).containsOnlyKeys("anthropic", "openai");
        assertThat(config.routing().fallback().provider()).isEqualTo("groq");
    }

    @Test
    void a_wildcard_is_what_the_vendors_models_are_called() throws Exception {
        GatewayConfig config = loaded("wildcards").config();
        assertThat(provider(config, "anthropic").modelNames()).containsExactly("claude-*");
        assertThat(provider(config, "openai").modelNames()).containsExactly("*");
        assertThat(notes).contains("without the text before the slash");
    }

    @Test
    void a_budget_becomes_a_limit_of_costs() throws Exception {
        GatewayConfig config = loaded("budgets").config();
        assertThat(config.tokenAccounting().enabled()).isTrue();
        assertThat(config.tokenAccounting().costLimits())
                .singleElement()
                .satisfies(limit -> assertThat(limit.window()).isEqualTo(Duration.ofDays(30)))
                .satisfies(limit -> assertThat(limit.maxCost()).isEqualTo(100.5));
        assertThat(notes)
                .contains("budgets.yaml:17  litellm_settings.max_budget  it becomes token_accounting.cost_limits, which"
                        + " counts for each key of server.api_keys by itself")
                .contains("model_list[0].litellm_params.max_budget  not carried over: a budget here is an account's")
                .contains("router_settings.provider_budget_config  not carried over: a budget here is an account's")
                .contains("litellm_settings.max_end_user_budget  not carried over: limits for each client are")
                .doesNotContain("litellm_settings.budget_duration");
    }

    @ParameterizedTest
    @CsvSource({"1mo, 'align: month'", "2mo, 'window: 60d'", "24h, 'window: 24h'"})
    void the_time_of_a_budget_is_a_window_or_a_month_of_the_calendar(String duration, String ours) throws Exception {
        assertThat(run(withBudget("max_budget: 10\n  budget_duration: " + duration)))
                .isZero();
        assertThat(written).contains(ours, "max_cost: 10");
    }

    @Test
    void a_budget_without_an_end_is_pointed_to_where_budgets_are() throws Exception {
        assertThat(run(withBudget("max_budget: 10"))).isZero();
        assertThat(written).doesNotContain("token_accounting");
        assertThat(notes)
                .contains("litellm_settings.max_budget  not carried over: a budget here is an account's, within a"
                        + " window: token_accounting.cost_limits");
    }

    private Path withBudget(String budget) throws Exception {
        return Files.writeString(
                directory.resolve("config.yaml"),
                "model_list: [{model_name: m, litellm_params: {model: openai/m}}]\nlitellm_settings:\n  " + budget
                        + "\n");
    }

    @Test
    void limits_of_the_process_and_parameters_that_are_dropped_have_keys_of_ours() throws Exception {
        GatewayConfig config = loaded("budgets").config();
        assertThat(config.server().maxBody()).isEqualTo(8 << 20);
        assertThat(written).contains("max_requests: 200", "- logit_bias").doesNotContain("tools[*]");
        assertThat(notes).contains("additional_drop_params[1]  not carried over: write it to request.drop");
    }

    @Test
    void what_is_lost_is_listed_with_its_place_and_without_a_secret() throws Exception {
        loaded("what-is-lost");
        assertThat(notes.lines().map(line -> line.replaceFirst("^src/test/resources/litellm/", "")
                        .replaceFirst(" {2}(\\S+) .*", " $1")))
                .contains(
                        "what-is-lost.yaml:4 model_list[0].litellm_params.model",
                        "what-is-lost.yaml:7 model_list[1].litellm_params.model",
                        "what-is-lost.yaml:11 model_list[2].litellm_params.api_key",
                        "what-is-lost.yaml:12 model_list[2].litellm_params.mock_response",
                        "what-is-lost.yaml:15 router_settings.routing_strategy",
                        "what-is-lost.yaml:16 router_settings.redis_host",
                        "what-is-lost.yaml:17 router_settings.fallbacks[0].kept[0]",
                        "what-is-lost.yaml:20 litellm_settings.cache",
                        "what-is-lost.yaml:21 litellm_settings.success_callback",
                        "what-is-lost.yaml:24 general_settings.database_url",
                        "what-is-lost.yaml:25 guardrails");
        assertThat(notes).doesNotContain("secret", "sk-a-real-key");
    }

    @Test
    void what_a_merge_key_brings_counts_as_written_and_what_is_written_beside_it_wins() throws Exception {
        GatewayConfig config = loaded("merged").config();
        assertThat(config.providers())
                .allSatisfy(provider -> assertThat(provider.baseUrl()).isEqualTo("http://internal:8000/v1"))
                .allSatisfy(provider -> assertThat(provider.apiKey().value()).isEqualTo("v-INTERNAL_KEY"));
        assertThat(config.modelMapping().get("mini").values()).containsExactly("gpt-4o-mini");
        assertThat(config.modelMapping().get("also-mini").values()).containsExactly("gpt-4o-mini");
        assertThat(written).contains("response: 90s", "max_retries: 2").doesNotContain("never", "not-this-one");
        assertThat(notes).doesNotContain("<<");
    }

    @Test
    void times_may_have_fractions_and_be_variables() throws Exception {
        GatewayConfig config = loaded("everything").config();
        assertThat(provider(config, "openai").timeouts().response()).isEqualTo(Duration.ofMillis(500));
        assertThat(provider(config, "openai").timeouts().firstToken()).isEqualTo(Duration.ofMillis(1500));
        assertThat(provider(config, "openai-2").timeouts().response()).isEqualTo(Duration.ofSeconds(3));
        assertThat(provider(config, "openai-3").timeouts().response()).isEqualTo(Duration.ofMillis(750));
        assertThat(written)
                .contains("response: ${T}s", "requests_per_minute: '${RPM}'", "deadline: ${DEADLINE}s")
                .contains("max_retries: '${RETRIES}'", "timeout: 250ms", "max_requests: '${MOST}'");
        assertThat(notes)
                .contains("model_list[2].litellm_params.timeout  not carried over: this must be a number of seconds");
    }

    @Test
    void headers_of_both_names_are_sent() throws Exception {
        assertThat(provider(loaded("everything").config(), "openai").headers()).containsOnlyKeys("x-one", "x-two");
    }

    @Test
    void what_the_gateway_does_without_a_setting_is_said() throws Exception {
        loaded("everything");
        assertThat(notes)
                .contains("litellm_settings.drop_params  not carried over: if a provider does not accept a parameter,")
                .contains("litellm_settings.set_verbose  not carried over: ")
                .contains("router_settings.enable_pre_call_checks  not carried over: ")
                .contains("model_list[0].model_info  not carried over: ")
                .doesNotContain("sk-1234", "nameless");
    }

    /** Another value makes another result; where it does not, the value is lost and nobody is told. */
    @ParameterizedTest
    @ValueSource(
            strings = {"several-providers", "fallbacks", "weights", "wildcards", "budgets", "what-is-lost", "everything"
            })
    void each_value_of_a_file_is_in_the_output_or_in_the_notes(String name) throws Exception {
        Path original = Path.of("src/test/resources/litellm", name + ".yaml");
        Values values = new Values(Files.readString(original));
        run(original);
        String all = result();
        List<String> noted = notes.lines()
                .filter(line -> line.contains("  "))
                .map(line -> line.split(" {2}", 3)[1])
                .toList();
        List<String> silent = new ArrayList<>();
        for (String path : values.paths()) {
            run(Files.writeString(directory.resolve(name + ".yaml"), values.withAnother(path)));
            boolean carried = !result().equals(all);
            if (!carried && noted.stream().noneMatch(place -> Values.isAtOrAbove(place, path))) {
                silent.add(path);
            }
        }
        assertThat(silent).isEmpty();
    }

    /** Without the file's name and lines. */
    private String result() {
        return written + notes.replaceAll("(?m)^\\S+:\\d+ ", "");
    }

    @Test
    void a_file_without_models_is_refused() throws Exception {
        assertThat(run(Files.writeString(directory.resolve("config.yaml"), "general_settings: {}\n")))
                .isEqualTo(1);
        assertThat(notes).contains("there is no entry under model_list");
        assertThat(written).isEmpty();
    }

    @Test
    void a_file_that_is_no_yaml_or_is_not_there_is_refused() throws Exception {
        assertThat(run(Files.writeString(directory.resolve("config.yaml"), "a: [")))
                .isEqualTo(1);
        assertThat(notes).contains("config.yaml:1:5: this is no valid YAML");
        assertThat(run(directory.resolve("missing.yaml"))).isEqualTo(1);
        assertThat(notes).contains("cannot be read");
    }
}
