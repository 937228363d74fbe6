package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who serves a model, and under which name. */
class EligibilityTest {

    private static List<String> targets(Setup setup, String model) throws ModelNotServed {
        return new Bench(setup)
                .plan(model).order().stream()
                        .map(candidate -> candidate.provider() + "/" + candidate.model())
                        .toList();
    }

    @Test
    void a_provider_serves_what_it_lists_and_one_without_a_list_serves_everything() throws Exception {
        Setup setup = strategy("priority")
                .with(
                        provider("openai").models("gpt-4"),
                        provider("anthropic").models("claude-3-opus").priority(2),
                        provider("local").priority(3));
        assertThat(targets(setup, "gpt-4")).containsExactly("openai/gpt-4", "local/gpt-4");
        assertThat(targets(setup, "mine")).containsExactly("local/mine");
    }

    @Test
    void the_mapping_makes_a_provider_eligible_and_names_its_model() throws Exception {
        Setup setup = strategy("priority")
                .with(
                        provider("openai").models("gpt-4"),
                        provider("anthropic").models("claude-3-opus").priority(2))
                .mapping("gpt-4", "openai", "gpt-4-turbo-preview")
                .mapping("gpt-4", "anthropic", "claude-3-opus-20240229");
        assertThat(targets(setup, "gpt-4"))
                .containsExactly("openai/gpt-4-turbo-preview", "anthropic/claude-3-opus-20240229");
    }

    @Test
    void a_mapping_for_some_providers_does_not_exclude_the_others() throws Exception {
        Setup setup = strategy("priority")
                .with(
                        provider("openai").models("gpt-4"),
                        provider("other").models("gpt-4").priority(2))
                .mapping("gpt-4", "openai", "gpt-4-turbo");
        assertThat(targets(setup, "gpt-4")).containsExactly("openai/gpt-4-turbo", "other/gpt-4");
    }

    @Test
    void the_entry_that_matches_is_sent_but_of_a_wildcard_the_clients_own_name() throws Exception {
        Setup setup = strategy("priority")
                .with(
                        provider("dated").models("claude-3-opus-20240229"),
                        provider("undated").models("claude-3-opus").priority(2),
                        provider("any").models("claude-*").priority(3));
        assertThat(targets(setup, "claude-3-opus"))
                .containsExactly("dated/claude-3-opus-20240229", "undated/claude-3-opus", "any/claude-3-opus");
        assertThat(targets(setup, "claude-3-opus-20240229"))
                .containsExactly("dated/claude-3-opus-20240229", "undated/claude-3-opus", "any/claude-3-opus-20240229");
    }

    @Test
    void azure_is_asked_for_its_deployment() throws Exception {
        Setup setup = strategy("priority")
                .with(provider("azure").deployment("gpt-4", "my-gpt4").deployment("gpt-3*", "my-gpt3"))
                .mapping("smart", "azure", "gpt-4")
                .mapping("direct", "azure", "some-deployment");
        assertThat(targets(setup, "gpt-4")).containsExactly("azure/my-gpt4");
        assertThat(targets(setup, "gpt-4-0613")).containsExactly("azure/my-gpt4");
        assertThat(targets(setup, "gpt-3.5-turbo")).containsExactly("azure/my-gpt3");
        assertThat(targets(setup, "smart")).containsExactly("azure/my-gpt4");
        assertThat(targets(setup, "direct")).containsExactly("azure/some-deployment");
    }

    @Test
    void only_the_strategys_providers_are_candidates() throws Exception {
        Setup setup = strategy("priority").with(provider("a"), provider("b")).routed("b");
        assertThat(targets(setup, "m")).containsExactly("b/m");
    }

    @Test
    void a_route_or_the_default_makes_a_provider_eligible() throws Exception {
        Setup setup = strategy("model")
                .with(provider("openai").models("gpt-4"), provider("anthropic").models("claude-3-opus"))
                .route("claude*", "anthropic")
                .route("default", "openai");
        assertThat(targets(setup, "claude-9")).containsExactly("anthropic/claude-9");
        assertThat(targets(setup, "unheard-of")).containsExactly("openai/unheard-of");
    }

    @Test
    void a_route_counts_even_where_the_strategys_list_leaves_its_provider_out() throws Exception {
        Setup setup = strategy("model")
                .with(provider("openai").models("gpt-4"), provider("anthropic").models("claude-3-opus"))
                .routed("openai")
                .route("claude-3-opus", "anthropic");
        assertThat(targets(setup, "claude-3-opus")).containsExactly("anthropic/claude-3-opus");
    }

    @Test
    void routes_mean_nothing_to_other_strategies() {
        Setup setup =
                strategy("priority").with(provider("openai").models("gpt-4")).route("default", "openai");
        assertThatThrownBy(() -> targets(setup, "unheard-of")).isInstanceOf(ModelNotServed.class);
    }

    @Test
    void a_model_that_nobody_serves_is_refused_with_the_list_of_those_that_are() {
        Setup setup = strategy("priority")
                .with(
                        provider("openai").models("gpt-4", "ft:*"),
                        provider("unrouted").models("secret-model"))
                .routed("openai")
                .mapping("fast", "openai", "gpt-4")
                .mapping("lost", "unrouted", "secret-model");
        assertThatThrownBy(() -> targets(setup, "gpt-5")).isInstanceOfSatisfying(ModelNotServed.class, e -> {
            assertThat(e.error().code()).isEqualTo("model_not_found");
            assertThat(e.error().message())
                    .isEqualTo("The model 'gpt-5' is not served here. Served are: fast, ft:*, gpt-4.");
        });
        assertThat(new Bench(setup).planner.servedModels()).containsExactly("fast", "gpt-4");
    }

    @Test
    void the_fallback_gets_its_mapping_or_its_match_or_its_first_model() throws Exception {
        assertThat(fallbackModel(fallback(provider("local").models("llama", "mistral"))))
                .isEqualTo("llama");
        assertThat(fallbackModel(fallback(provider("local").models("llama", "m"))))
                .isEqualTo("m");
        assertThat(fallbackModel(fallback(provider("local").models("llama")).mapping("m", "local", "mapped")))
                .isEqualTo("mapped");
        assertThat(fallbackModel(fallback(provider("local")))).isEqualTo("m");
        assertThat(fallbackModel(fallback(provider("local").deployment("gpt-4", "my-gpt4"))))
                .isEqualTo("my-gpt4");
    }

    private static Setup fallback(Providers local) {
        return strategy("priority")
                .with(provider("openai").models("m"), local)
                .routed("openai")
                .maxRetries(0)
                .fallback("local", true, true);
    }

    private static String fallbackModel(Setup setup) throws ModelNotServed {
        Bench bench = new Bench(setup);
        Plan plan = bench.plan();
        bench.call(plan, "openai").failed(Bench.unavailable());
        return bench.call(plan, "local").candidate().model();
    }
}
