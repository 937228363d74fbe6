package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The optional Valkey: its parts fit each other and what the documentation says, and its command starts a server. */
class StateManifestsTest {

    private static final String PASSWORD = "0f9a77b1c2d3";

    private final JsonNode deployment = Manifests.kubernetes("state/valkey.yaml");
    private final JsonNode service = Manifests.kubernetes("state/valkey-service.yaml");
    private final JsonNode container = deployment.at("/spec/template/spec/containers/0");

    @TempDir
    Path directory;

    @Test
    void the_service_leads_to_the_pod_by_the_name_that_the_documentation_gives_to_gateways() throws IOException {
        String guide = Files.readString(Path.of("docs/fleet.md"));

        assertThat(service.at("/spec/selector")).isEqualTo(deployment.at("/spec/template/metadata/labels"));
        assertThat(service.at("/spec/ports/0/targetPort")).isEqualTo(container.at("/ports/0/name"));
        assertThat(guide)
                .contains("url: redis://" + service.at("/metadata/name").asText() + ":"
                        + service.at("/spec/ports/0/port").asText());
        JsonNode secret = container.at("/env/0/valueFrom/secretKeyRef");
        assertThat(guide)
                .contains("create secret generic " + secret.path("name").asText() + " --from-literal="
                        + secret.path("key").asText() + "=");
    }

    /** In the container's shell, with the server that this machine has. */
    @Test
    void its_command_starts_a_server_that_wants_the_secrets_password() throws Exception {
        int port = FreePorts.next();
        String script = container
                .at("/args/0")
                .asText()
                .replace("/run/valkey", directory.toString())
                .replace("valkey-server", "redis-server")
                .strip();
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script + " --bind 127.0.0.1 --port " + port)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        shell.environment().put("STATE_PASSWORD", PASSWORD);
        Process server = shell.start();
        try {
            await().atMost(20, TimeUnit.SECONDS).until(() -> cli(port, PASSWORD).equals("PONG"));
            assertThat(cli(port, "wrong")).contains("NOAUTH");
            assertThat(server.info().commandLine().orElse("")).doesNotContain(PASSWORD);
        } finally {
            server.destroyForcibly();
        }
    }

    private static String cli(int port, String password) {
        ProcessBuilder cli =
                new ProcessBuilder("redis-cli", "-p", Integer.toString(port), "PING").redirectErrorStream(true);
        cli.environment().put("REDISCLI_AUTH", password);
        try {
            return new String(cli.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return Assumptions.abort("redis-cli is missing: install Debian's package redis-server");
        }
    }
}
