package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class WarningsTest {

    private static final String THREE =
            """
            ai_gateway:
              providers:
                - {name: one, type: simulator, models: [gpt-4, claude-3-opus, "llama*"]}
                - {name: two, type: simulator, cost: {input_per_1k: 1, output_per_1k: 2}}
                - {name: off, type: simulator, enabled: false}
            """;

    @TempDir
    Path directory;

    @Test
    void nothing_to_warn_of() {
        assertThat(warnings("")).isEmpty();
    }

    @Test
    void a_provider_that_nothing_uses() {
        assertThat(
                        warnings(
                                """
                          routing:
                            providers: [{name: one}, {name: two}]
                          model_mapping: {}
                        """))
                .isEmpty();
        assertThat(
                        warnings(
                                """
                          routing:
                            providers: [{name: two}]
                            failover: {enabled: false}
                        """))
                .containsExactly(
                        "1.yaml:3:7  ai_gateway.providers[0]  the provider one is defined, but nothing under routing uses"
                                + " it");
    }

    @Test
    void a_map_that_names_a_model_that_the_provider_does_not_list() {
        assertThat(
                        ConfigFiles.in(directory)
                                .warnings(
                                        """
                        ai_gateway:
                          model_mapping: {alias: {one: mapped}}
                          providers:
                            - name: one
                              type: anthropic
                              api_key: k
                              models: ["claude-*", mapped]
                              cost:
                                claude-3: {input_per_1k: 1, output_per_1k: 1}
                                "map*": {input_per_1k: 1, output_per_1k: 1}
                                gpt-4o: {input_per_1k: 1, output_per_1k: 1}
                                "*-mini": {input_per_1k: 1, output_per_1k: 1}
                              max_output_tokens: {claude-4: 1, opus: 2}
                        """))
                .containsExactly(
                        "1.yaml:4:7  ai_gateway.providers[0]  the * in the model \"*-mini\" is plain text; it stands for any"
                                + " text only at the end of a name",
                        "1.yaml:4:7  ai_gateway.providers[0]  cost names the model \"gpt-4o\", which the provider one does"
                                + " not list",
                        "1.yaml:4:7  ai_gateway.providers[0]  cost names the model \"*-mini\", which the provider one does"
                                + " not list",
                        "1.yaml:4:7  ai_gateway.providers[0]  max_output_tokens names the model \"opus\", which the provider"
                                + " one does not list");
    }

    @Test
    void a_model_that_is_listed_twice_and_a_limit_that_has_no_effect() {
        assertThat(
                        ConfigFiles.in(directory)
                                .warnings(
                                        """
                        ai_gateway:
                          providers:
                            - {name: one, type: openai, api_key: k, models: [m, {name: m, context: 9}, n], max_output_tokens: 9}
                        """))
                .containsExactly(
                        "1.yaml:3:7  ai_gateway.providers[0]  the model \"m\" is listed twice; what a map says of it counts",
                        "1.yaml:3:7  ai_gateway.providers[0]  max_output_tokens has no effect for type openai; write request:"
                                + " {default: {max_completion_tokens: ...}}");
    }

    @Test
    void a_star_that_does_not_end_a_name_of_a_model() {
        String words = " is plain text; it stands for any text only at the end of a name";
        assertThat(
                        ConfigFiles.in(directory)
                                .warnings(
                                        """
                        ai_gateway:
                          providers:
                            - {name: one, type: simulator, models: ["gpt-*-mini", "gpt-*", "*"]}
                          server:
                            api_keys:
                              - {name: a, key: k, models: ["*-mini"]}
                        """))
                .contains(
                        "1.yaml:3:7  ai_gateway.providers[0]  the * in the model \"gpt-*-mini\"" + words,
                        "1.yaml:6:9  ai_gateway.server.api_keys[0]  the * in the model \"*-mini\"" + words)
                .noneMatch(warning -> warning.contains("\"gpt-*\" is plain"));
    }

    @Test
    void a_strategy_by_model_without_routes() {
        assertThat(warnings("  routing: {strategy: model}\n"))
                .containsExactly(
                        "1.yaml:6:13  ai_gateway.routing.strategy  strategy model without model_routes asks the"
                                + " providers in their order; write routing.model_routes");
        assertThat(warnings("  routing: {strategy: model, model_routes: {default: one}}\n"))
                .isEmpty();
    }

    @Test
    void a_fallback_and_a_model_route_use_a_provider() {
        assertThat(
                        warnings(
                                """
                          routing:
                            providers: [{name: two}]
                            fallback: {provider: one}
                        """))
                .isEmpty();
        assertThat(
                        warnings(
                                """
                          routing:
                            strategy: model
                            providers: [{name: two}]
                            model_routes: {default: one}
                            failover: {enabled: false}
                        """))
                .isEmpty();
    }

    @Test
    void no_price_under_the_cost_strategy() {
        assertThat(warnings("  routing: {strategy: cost}\n"))
                .containsExactly(
                        "1.yaml:3:7  ai_gateway.providers[0]  the provider one has no cost, so strategy cost asks it last");
    }

    @Test
    void a_mapping_to_a_model_that_the_provider_does_not_list() {
        assertThat(
                        warnings(
                                """
                          model_mapping:
                            a: {one: gpt-4o, two: anything}
                            b: {one: claude-3-opus-20240229}
                            c: {one: llama-3-70b}
                            llama-listed-as-clients-say-it: {one: far}
                        """))
                .containsExactly(
                        "1.yaml:7:9  ai_gateway.model_mapping.a.one  the provider one does not list the model \"gpt-4o\"");
    }

    @Test
    void failover_with_one_single_candidate() {
        assertThat(
                        ConfigFiles.in(directory)
                                .warnings(
                                        """
                                ai_gateway:
                                  providers: [{name: one, type: simulator}]
                                  routing:
                                    failover: {max_retries: 2}
                                """))
                .containsExactly(
                        "1.yaml:4:5  ai_gateway.routing.failover  failover is enabled, but one is the only candidate");
    }

    @Test
    void one_provider_alone_is_no_reason_to_warn_unless_failover_is_asked_for() {
        assertThat(ConfigFiles.in(directory).warnings("ai_gateway: {providers: [{name: one, type: simulator}]}"))
                .isEmpty();
        assertThat(warnings("  routing: {providers: [{name: one}]}\n"))
                .anyMatch(line -> line.endsWith("failover is enabled, but one is the only candidate"));
    }

    @Test
    void what_refers_to_a_disabled_provider_is_dropped() {
        String text =
                """
                  routing:
                    providers: [{name: one}, {name: two}, {name: off}]
                    model_routes: {gpt-4: off, default: one}
                    fallback: {provider: off}
                  model_mapping:
                    gpt-4: {off: x, one: gpt-4}
                """;
        String message = "  the provider off is not enabled, so this has no effect";

        assertThat(warnings(text))
                .containsExactly(
                        "1.yaml:7:50  ai_gateway.routing.providers[2].name" + message,
                        "1.yaml:8:27  ai_gateway.routing.model_routes.gpt-4" + message,
                        "1.yaml:9:26  ai_gateway.routing.fallback.provider" + message,
                        "1.yaml:11:13  ai_gateway.model_mapping.gpt-4.off" + message);
        GatewayConfig config = ConfigFiles.in(directory).load(THREE + text).config();
        assertThat(config.routing().providers()).containsExactly("one", "two");
        assertThat(config.routing().modelRoutes()).isEmpty();
        assertThat(config.routing().fallback()).isNull();
        assertThat(config.modelMapping().get("gpt-4")).containsOnlyKeys("one");
    }

    private Iterable<String> warnings(String routing) {
        return ConfigFiles.in(directory).warnings(THREE + routing);
    }
}
