package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the process starts, or refuses to. Long, since each refusal is one start. */
class StartIT {

    private static final String ONE_SIMULATOR =
            """
            ai_gateway:
              providers:
                - {name: %s, type: simulator, models: [gpt-4], simulator: {latency: 0s, tokens_per_second: 10000}}
            """;

    private static final String MISTAKEN =
            """
            ai_gateway:
              providers:
                - name: x
                  type: oppenai
            """;

    @TempDir
    Path directory;

    @Test
    void in_an_empty_directory_the_packaged_files_are_used_and_the_log_warns_of_it() {
        try (GatewayProcess gateway = GatewayProcess.launch(directory).awaitReady()) {
            assertThat(gateway.chat("Hi!").body()).contains("simulated answer from provider 'sim-a'");
            assertThat(gateway.log())
                    .contains(
                            "Camel settings: classpath:loom/application.properties",
                            "Routes: classpath:loom/routes/*.camel.yaml",
                            "Kamelets: file:kamelets,classpath:kamelets",
                            "Gateway configuration: classpath:loom/ai-gateway.yaml",
                            "Clients: http://127.0.0.1:" + gateway.port() + "/v1",
                            "Admin:   http://127.0.0.1:" + gateway.adminPort())
                    .doesNotContain("HTTP endpoints summary", "ERROR ");
            assertThat(gateway.log().lines().filter(line -> line.contains("WARN ")))
                    .singleElement()
                    .asString()
                    .contains(
                            "No configuration was found",
                            "two simulated providers answer",
                            "write ai-gateway.yaml into " + directory,
                            "--config or LOOM_CONFIG",
                            "--demo");
        }
    }

    @Test
    void without_a_configuration_other_machines_are_not_served() {
        Map<String, String> environment = Map.of("CAMEL_SERVER_HOST", "0.0.0.0");
        try (GatewayProcess gateway = GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log())
                    .contains("No configuration was found", "0.0.0.0 (CAMEL_SERVER_HOST)", "start with --demo")
                    .doesNotContain("\tat ", "Clients: ");
        }
    }

    @Test
    void a_demo_is_served_wherever_it_is_asked_for_and_whatever_configuration_there_is() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), MISTAKEN);
        Map<String, String> environment = Map.of("CAMEL_SERVER_HOST", "0.0.0.0");
        try (GatewayProcess gateway = GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment, "--demo")
                .awaitReady()) {
            assertThat(gateway.chat("Hi!").body()).contains("simulated answer from provider 'sim-a'");
            assertThat(gateway.log()).doesNotContain("No configuration");
        }
    }

    @Test
    void files_of_the_command_line_win_over_all_others_and_are_laid_over_each_other() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), MISTAKEN);
        GatewayProcess.write(directory.resolve("one.yaml"), ONE_SIMULATOR.formatted("one"));
        GatewayProcess.write(directory.resolve("two.yaml"), "ai_gateway:\n  server: {max_body: 1KB}\n");
        Map<String, String> environment = Map.of("LOOM_CONFIG", "none.yaml");
        try (GatewayProcess gateway = GatewayProcess.launch(
                        directory, GatewayProcess.thisJava(), environment, "--config", "one.yaml", "two.yaml")
                .awaitReady()) {
            assertThat(gateway.chat("Hi!").body()).contains("simulated answer from provider 'one'");
            assertThat(gateway.chat("x".repeat(2000)).statusCode()).isEqualTo(413);
            assertThat(gateway.log()).contains("Gateway configuration: one.yaml, two.yaml");
        }
    }

    @Test
    void files_of_the_working_directory_are_used_and_the_log_says_so() throws IOException {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), ONE_SIMULATOR.formatted("mine"));
        copy("application.properties");
        copyRoutes();
        Files.createDirectory(directory.resolve("kamelets"));
        try (GatewayProcess gateway = GatewayProcess.launch(directory).awaitReady()) {
            assertThat(gateway.chat("Hi!").body()).contains("simulated answer from provider 'mine'");
            assertThat(gateway.log())
                    .contains(
                            "Camel settings: file:application.properties",
                            "Routes: file:routes/*.camel.yaml",
                            "Kamelets: file:kamelets",
                            "Gateway configuration: file:ai-gateway.yaml");
        }
    }

    private void copyRoutes() throws IOException {
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                copy(route.toString());
            }
        }
    }

    private void copy(String file) throws IOException {
        Path target = directory.resolve(file);
        Files.createDirectories(target.getParent());
        Files.copy(Path.of(file), target);
    }

    @Test
    void loom_config_and_the_host_of_the_environment_win() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), MISTAKEN);
        GatewayProcess.write(directory.resolve("elsewhere/other.yaml"), ONE_SIMULATOR.formatted("other"));
        Map<String, String> environment = Map.of("LOOM_CONFIG", "elsewhere/other.yaml", "CAMEL_SERVER_HOST", "0.0.0.0");
        try (GatewayProcess gateway = GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment)
                .awaitReady()) {
            assertThat(gateway.chat("Hi!").body()).contains("simulated answer from provider 'other'");
            assertThat(gateway.log()).contains("Clients: http://0.0.0.0:" + gateway.port() + "/v1");
        }
    }

    @Test
    void a_mistake_in_the_configuration_ends_the_start_with_1_and_one_line_that_tells_where() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), MISTAKEN);
        try (GatewayProcess gateway = GatewayProcess.launch(directory)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log())
                    .contains("ai-gateway.yaml:4:13", "did you mean openai?")
                    .doesNotContain("\tat ", "Clients: ");
        }
    }

    @Test
    void several_mistakes_end_the_start_with_1_and_a_line_for_each() {
        GatewayProcess.write(
                directory.resolve("ai-gateway.yaml"),
                """
                ai_gateway:
                  providers:
                    - {name: p, type: ollama, models: gpt-4}
                  routing: {circuit_breaker: {timeout: 30}}
                  server: {port: 8081}
                """);
        try (GatewayProcess gateway = GatewayProcess.launch(directory)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log().lines().filter(line -> line.contains("ai-gateway.yaml:")))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .contains("yaml:3:23  ai_gateway.providers[0].type", "write openai"),
                            line -> assertThat(line).contains("yaml:3:39  ai_gateway.providers[0].models", "put [ ]"),
                            line -> assertThat(line)
                                    .contains("yaml:4:13  ai_gateway.routing.circuit_breaker", "under failover"),
                            line -> assertThat(line)
                                    .contains("yaml:5:12  ai_gateway.server.port", "CAMEL_SERVER_PORT"));
            assertThat(gateway.log()).doesNotContain("\tat ", "Clients: ");
        }
    }

    @Test
    void a_client_port_that_is_taken_ends_the_start_with_1() throws IOException {
        refusesTaken("CAMEL_SERVER_PORT", "The client port, %d on 127.0.0.1, cannot be opened");
    }

    @Test
    void an_admin_port_that_is_taken_ends_the_start_with_1() throws IOException {
        refusesTaken("CAMEL_MANAGEMENT_PORT", "The admin port, %d on 127.0.0.1, cannot be opened");
    }

    private void refusesTaken(String variable, String message) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = Map.of(variable, Integer.toString(taken.getLocalPort()));
            try (GatewayProcess gateway = GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment)) {
                assertThat(gateway.exitCode()).isEqualTo(1);
                assertThat(gateway.log())
                        .contains(message.formatted(taken.getLocalPort()), variable)
                        .doesNotContain("\tat ", "Clients: ");
            }
        }
    }

    @Test
    void a_port_that_is_no_number_ends_the_start_with_1() {
        Map<String, String> environment = Map.of("CAMEL_SERVER_PORT", "http");
        try (GatewayProcess gateway = GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log()).contains("The client port must be a number from 0 to 65535, not 'http'");
        }
    }

    @Test
    void a_route_that_cannot_be_loaded_ends_the_start_with_1() throws IOException {
        copyRoutes();
        GatewayProcess.write(
                directory.resolve("routes/broken.camel.yaml"),
                "- route: {from: {uri: \"direct:x\", steps: [{setBdoy: {}}]}}\n");
        try (GatewayProcess gateway = GatewayProcess.launch(directory)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log())
                    .contains("routes/broken.camel.yaml: line 1: unknown key 'setBdoy'; did you mean setBody?");
        }
    }

    @Test
    void a_route_that_cannot_be_started_ends_the_start_with_1() throws IOException {
        copyRoutes();
        GatewayProcess.write(
                directory.resolve("routes/broken.camel.yaml"),
                "- route: {from: {uri: \"no-such-component:x\", steps: [{to: {uri: \"direct:y\"}}]}}\n");
        try (GatewayProcess gateway = GatewayProcess.launch(directory)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log()).contains("no-such-component").doesNotContain("\tat ");
        }
    }

    @Test
    void validate_accepts_the_shipped_configuration_with_0() {
        try (GatewayProcess gateway = GatewayProcess.launch(directory, "--validate")) {
            assertThat(gateway.exitCode()).isZero();
            assertThat(gateway.log())
                    .startsWith("warning  No configuration was found")
                    .contains("The configuration is valid: classpath:loom/ai-gateway.yaml\n");
        }
    }

    @Test
    void validate_reports_a_mistake_with_1() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), MISTAKEN);
        try (GatewayProcess gateway = GatewayProcess.launch(directory, "--validate")) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log()).startsWith("ai-gateway.yaml:4:13").contains("did you mean openai?");
        }
    }

    @Test
    void a_gateway_that_is_not_enabled_opens_nothing_and_still_stops_with_0() {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), "ai_gateway:\n  enabled: false\n");
        try (GatewayProcess gateway = GatewayProcess.launch(directory)) {
            gateway.awaitLog("no port is opened; waiting to be stopped");
            assertThat(isTaken(gateway.port())).isFalse();
            assertThat(isTaken(gateway.adminPort())).isFalse();
            assertThat(gateway.isAlive()).isTrue();
            gateway.terminate();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    private static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
