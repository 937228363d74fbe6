package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class VariablesTest {

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
    void the_environment_comes_before_the_system_properties() throws Exception {
        Path file = ConfigFiles.in(directory)
                .write("a.yaml", BASE.replace("KEY", "loom.test.key") + "      organization: ${PATH}\n");
        System.setProperty("loom.test.key", "from-a-property");
        System.setProperty("PATH", "from-a-property");
        try {
            ProviderConfig provider = ConfigLoader.ofEnvironment()
                    .load(List.of(file.toString()))
                    .config()
                    .providers()
                    .get(0);
            assertThat(provider.apiKey().value()).isEqualTo("from-a-property");
            assertThat(provider.organization()).isEqualTo(System.getenv("PATH"));
        } finally {
            System.clearProperty("loom.test.key");
            System.clearProperty("PATH");
        }
    }

    @Test
    void variables_are_substituted_after_the_files_are_merged() {
        assertThat(ConfigFiles.in(directory)
                        .load(BASE.replace("KEY", "NOT_SET"), "ai_gateway: {providers: [{name: p, api_key: own}]}")
                        .config()
                        .providers()
                        .get(0)
                        .apiKey()
                        .value())
                .isEqualTo("own");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ${KEY}            | sk-from-the-environment
            a-${PORT}-${PORT} | a-5-5
            ${NONE:-other}    | other
            ${EMPTY:-other}   | other
            ${KEY:-other}     | sk-from-the-environment
            ${NONE:-a:-b}     | a:-b
            $${KEY}           | ${KEY}
            $KEY              | $KEY
            ${NONE:-$1}       | $1
            """)
    void variables(String written, String value) {
        ConfigFiles files =
                new ConfigFiles(directory, Map.of("KEY", "sk-from-the-environment", "PORT", "5", "EMPTY", ""));

        assertThat(files.load(BASE + "      organization: " + written + "\n")
                        .config()
                        .providers()
                        .get(0)
                        .organization())
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"${NONE:-}", "'\"${NONE:-}\"'", "''", "~", "null"})
    void a_value_that_is_empty_counts_as_not_written(String written) {
        assertThat(ConfigFiles.in(directory)
                        .load(BASE + "      proxy: " + written + "\n      weight: " + written + "\n")
                        .config()
                        .providers()
                        .get(0)
                        .proxy())
                .isNull();
    }

    @Test
    void a_variable_that_is_not_set() {
        assertThat(ConfigFiles.in(directory).errors(BASE.replace("KEY", "NO_KEY") + "  logging: {format: '${LOG}'}\n"))
                .containsExactly(
                        "1.yaml:5:16  ai_gateway.providers[0].api_key  the variable NO_KEY is not set; set it before"
                                + " the start: export NO_KEY=..., or switch the provider off with enabled: false",
                        "1.yaml:6:21  ai_gateway.logging.format  the variable LOG is not set; set it, or write"
                                + " ${LOG:-default}");
    }

    @Test
    void a_disabled_provider_may_do_without_its_variables() {
        assertThat(ConfigFiles.in(directory)
                        .load(
                                """
                                ai_gateway:
                                  providers:
                                    - {name: q, type: simulator}
                                    - name: p
                                      type: azure
                                      enabled: ${ON:-false}
                                      api_key: ${NONE}
                                      base_url: ${NONE}/path
                                      models: ["${NONE}"]
                                      headers: {X: "${NONE}"}
                                      credentials_file: /no/such/file
                                  routing:
                                    providers: [{name: q}, {name: p, health_check: {endpoint: "${NONE}"}}]
                                """)
                        .config()
                        .providers()
                        .get(1)
                        .enabled())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"${}", "${a b}", "${KEY", "${KEY:default}", "${env:${KEY}}", "${NONE:-${KEY}}"})
    void no_other_lookup_is_understood(String written) {
        assertThat(ConfigFiles.in(directory).errors(BASE + "      organization: '" + written + "'\n"))
                .containsOnly(
                        "1.yaml:6:21  ai_gateway.providers[0].organization  write ${NAME} or ${NAME:-default} for a"
                                + " variable, and $${ for a literal ${");
    }

    @Test
    void the_value_of_a_variable_is_never_quoted() {
        assertThat(ConfigFiles.in(directory).errors(BASE + "      weight: ${KEY}\n"))
                .containsExactly(
                        "1.yaml:6:15  ai_gateway.providers[0].weight  must be a whole number from 0 to 1000000,"
                                + " not \"${KEY}\"");
    }
}
