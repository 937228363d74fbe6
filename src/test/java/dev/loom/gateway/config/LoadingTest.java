package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.config.yaml.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Locations, overlays, scalars and the effective configuration. */
@NullUnmarked
class LoadingTest {

    private static final String BASE =
            """
            ai_gateway:
              providers:
                - name: p
                  type: openai
                  api_key: ${KEY}
            """;

    @TempDir
    Path directory;

    @Test
    void locations_are_paths_files_and_resources() throws Exception {
        Path file = ConfigFiles.in(directory).write("a.yaml", "ai_gateway: {enabled: false}");
        ConfigLoader loader = new ConfigLoader(Map.of("AZURE_API_KEY", "k")::get);

        for (String location :
                List.of(file.toString(), "file:" + file, file.toUri().toString(), " " + file)) {
            assertThat(loader.load(List.of(location)).files()).containsExactly(file);
        }
        LoadedConfig packaged = loader.load(List.of("classpath:config/azure-provider.yaml"));
        assertThat(packaged.files()).isEmpty();
        assertThat(packaged.config().providers()).hasSize(1);
    }

    /** The parser reads by the thousand characters. */
    @Test
    void a_character_beyond_16_bits_may_stand_anywhere() {
        for (int before = 900; before < 2_100; before++) {
            String comment = "# " + "x".repeat(before) + "\uD83D\uDE00\n";
            assertThat(ConfigFiles.in(directory).load(comment + BASE).config().providers())
                    .hasSize(1);
        }
    }

    @Test
    void files_that_are_not_there_are_all_reported() throws Exception {
        Path binary = Files.write(directory.resolve("b"), new byte[] {(byte) 0xc3, (byte) 0x28});

        assertThatThrownBy(() -> ConfigLoader.ofEnvironment()
                        .load(List.of("/no/such.yaml", "classpath:no/such.yaml", binary.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("/no/such.yaml:1:1  this file does not exist; check its path\n"
                        + "classpath:no/such.yaml:1:1  this file does not exist\n"
                        + binary + ":1:1  this file is not UTF-8 text; save it as UTF-8");
    }

    @Test
    void later_files_are_laid_over_earlier_ones() {
        GatewayConfig config = ConfigFiles.in(directory)
                .load(
                        BASE + "      models: [a, b]\n      headers: {X: 1, Y: 2}\n  logging: {prompts: true}\n",
                        "ai_gateway: {providers: [{name: q, type: simulator}]}",
                        "ai_gateway: {providers: [{name: p, models: [c], headers: {Y: 3}}], logging: {format: json}}",
                        "ai_gateway: {server: {worker_threads: 7}, logging: {prompts: }}")
                .config();

        assertThat(config.providers()).extracting(ProviderConfig::name).containsExactly("p", "q");
        assertThat(config.providers().get(0).modelNames()).containsExactly("c");
        assertThat(config.providers().get(0).headers())
                .containsExactly(Map.entry("X", new Secret("1")), Map.entry("Y", new Secret("3")));
        assertThat(config.logging()).isEqualTo(new LoggingConfig("json", false));
        assertThat(config.server().workerThreads()).isEqualTo(7);
    }

    /** Long: one file with every way to write a value. */
    @Test
    void scalars_are_read_humanely() {
        ProviderConfig provider = ConfigFiles.in(directory)
                .load(
                        BASE
                                + """
                                      api_version: 2024-02-15
                                      anthropic_version: 1.0
                                      weight: "${PORT}"
                                      models: [4, true]
                                      timeouts: {connect: 500ms, response: 30s, first_token: 5m, idle: 1h, total: 7d, keep_alive: 15s}
                                      max_output_tokens: {gpt-4: 100}
                                      cost: {input_per_1k: 1, output_per_1k: 2e-3, gpt-4: {input_per_1k: .5, output_per_1k: 0, cached_per_1k: 0.1}}
                                """)
                .config()
                .providers()
                .get(0);

        assertThat(provider.apiVersion()).isEqualTo("2024-02-15");
        assertThat(provider.anthropicVersion()).isEqualTo("1.0");
        assertThat(provider.weight()).isEqualTo(5);
        assertThat(provider.modelNames()).containsExactly("4", "true");
        assertThat(provider.timeouts())
                .isEqualTo(new TimeoutsConfig(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1),
                        Duration.ofDays(7),
                        Duration.ofSeconds(15)));
        assertThat(provider.maxOutputTokens().forModel("gpt-4")).isEqualTo(100);
        assertThat(provider.cost().forModel("gpt-4")).isEqualTo(new CostConfig.Price(0.5, 0, 0.1));
        assertThat(provider.cost().forModel("other")).isEqualTo(new CostConfig.Price(1, 0.002, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "'0'", "0s", "0ms"})
    void a_duration_of_0_needs_no_unit(String written) {
        assertThat(ConfigFiles.in(directory)
                        .load(BASE + "  server: {stream_start_after: " + written + "}\n")
                        .config()
                        .server()
                        .streamStartAfter())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"20MB, 20971520", "512KB, 524288", "1GB, 1073741824", "7B, 7", "4096, 4096"})
    void sizes(String written, long bytes) {
        assertThat(ConfigFiles.in(directory)
                        .load(BASE + "  server: {max_body: " + written + "}\n")
                        .config()
                        .server()
                        .maxBody())
                .isEqualTo(bytes);
    }

    @Test
    void anchors_and_merge_keys_have_a_home_beside_the_root() {
        GatewayConfig config = ConfigFiles.in(directory)
                .load(
                        """
                        x-common: &common {type: simulator, weight: 3}
                        ai_gateway:
                          providers:
                            - {<<: *common, name: a}
                            - {<<: *common, name: b, weight: 4}
                        """)
                .config();

        assertThat(config.providers()).extracting(ProviderConfig::weight).containsExactly(3, 4);
    }

    @Test
    void the_admin_port_may_be_opened_with_a_password() {
        assertThat(ConfigFiles.in(directory).errors(BASE + "  admin: {host: 0.0.0.0, token: t}\n"))
                .isEmpty();
        assertThat(ConfigFiles.in(directory).errors(BASE + "  admin: {host: 0.0.0.0, basic: {user: u, password: p}}\n"))
                .isEmpty();
        for (String loopback : List.of("localhost", "127.0.1.1", "'::1'", "'[::1]'")) {
            assertThat(ConfigFiles.in(directory).errors(BASE + "  admin: {host: " + loopback + "}\n"))
                    .isEmpty();
        }
    }

    @Test
    void the_effective_configuration_loads_as_the_same_one() {
        ConfigFiles files = ConfigFiles.in(directory);
        LoadedConfig first = files.load(
                """
                ai_gateway:
                  providers:
                    - name: p
                      type: openai
                      api_key: "***"
                      headers: {X: "***"}
                      max_output_tokens: {gpt-4: 9}
                      cost: {input_per_1k: 1, output_per_1k: 2, gpt-4: {input_per_1k: 3, output_per_1k: 4}}
                      timeouts: {connect: 1500ms, idle: 90s, total: 2h}
                    - {name: q, type: simulator, max_output_tokens: 5}
                  routing:
                    strategy: model
                    model_routes: {gpt-4: p, default: q}
                  model_mapping: {m: {p: x}}
                  server: {max_body: 512KB, api_keys: [{key: "***", name: n}]}
                  admin: {token: "***"}
                """);

        String json = json(Map.of("ai_gateway", first.effective()));
        LoadedConfig second = files.load(json);
        assertThat(second.config()).isEqualTo(first.config());
        assertThat(second.effective()).isEqualTo(first.effective());
    }

    @Test
    void the_effective_configuration_hides_secrets() {
        LoadedConfig loaded = ConfigFiles.in(directory)
                .load(BASE
                        + "      headers: {X: '${KEY}'}\n  admin: {token: '${KEY}', basic: {user: u, password: '${KEY}'}}\n"
                        + "  server: {api_keys: [{key: '${KEY}', name: n}]}\n");

        assertThat(loaded.effective().toString()).contains("api_key=***").doesNotContain("sk-from");
        assertThat(loaded.config().toString()).doesNotContain("sk-from");
        assertThat(json(loaded.effective()))
                .contains("\"base_url\":\"https://api.openai.com/v1\"")
                .contains("\"first_token\":\"2m\"")
                .contains("\"slow_start\":\"0s\"");
    }

    private static String json(Map<String, Object> tree) {
        return new ObjectMapper().valueToTree(tree).toString();
    }
}
