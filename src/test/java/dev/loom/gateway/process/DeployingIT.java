package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.testing.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/deploying.md says, as far as it needs neither Docker nor a cluster; only the ports are the test's own. */
class DeployingIT {

    private static final Document PAGE = new Document(Path.of("docs/deploying.md"));

    @TempDir
    Path directory;

    @Test
    void the_containers_command_serves_probes_and_clients_and_stops_when_asked() throws Exception {
        String output = shell("trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n" + PAGE.block("start") + "\n"
                + PAGE.block("probes") + "\n" + PAGE.block("stop"));
        assertThat(output)
                .contains("{\"status\":\"ready\"}", "401\n", "loom_ai_provider_health{provider=\"openai\"} 1.0")
                .contains("\"id\":\"gpt-4o\"")
                .endsWith("ended with 0\n");
    }

    @Test
    void the_image_of_jib_starts_by_its_entrypoint() throws Exception {
        shell(PAGE.block("jib") + " -Djib.from.image=scratch");
        shell("cd '" + directory + "' && tar xf "
                + Path.of("target/jib-image.tar").toAbsolutePath()
                + " && for layer in *.tar.gz; do tar xzf $layer; done");
        JsonNode config = new ObjectMapper()
                .readTree(Files.readAllBytes(directory.resolve("config.json")))
                .path("config");
        assertThat(config.path("User").asText()).isEqualTo("10001:10001");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/etc/loom");
        Path classpath = directory.resolve("app/jib-classpath-file");
        Files.writeString(classpath, here(Files.readString(classpath)));
        List<String> command = new ArrayList<>();
        config.path("Entrypoint").forEach(argument -> command.add(here(argument.asText())));
        command.set(0, GatewayProcess.thisJava().toString());
        try (GatewayProcess gateway =
                GatewayProcess.launch(directory, command, Map.of()).awaitReady()) {
            assertThat(gateway.chat("Hi!").statusCode()).isEqualTo(200);
            gateway.terminate();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void the_alerts_are_checked() throws Exception {
        assumeTrue(
                Path.of("/usr/bin/promtool").toFile().canExecute(),
                "There is no promtool: the alerts are not checked. Debian has it in 'prometheus'.");
        assertThat(shell(PAGE.block("promtool"))).contains("SUCCESS");
    }

    private String here(String inTheImage) {
        return inTheImage.replace("/app/", directory + "/app/");
    }

    private String shell(String commands) throws Exception {
        int port = FreePorts.next();
        int adminPort = FreePorts.next();
        Path output = directory.resolve("shell.out");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        "-euo",
                        "pipefail",
                        "-c",
                        commands.replace("localhost:8080", "127.0.0.1:" + port)
                                .replace("localhost:9091", "127.0.0.1:" + adminPort))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CAMEL_") || name.startsWith("LOOM_"));
        builder.environment().put("CAMEL_SERVER_PORT", Integer.toString(port));
        builder.environment().put("CAMEL_MANAGEMENT_PORT", Integer.toString(adminPort));
        Process shell = builder.start();
        try {
            assertThat(shell.waitFor(5, TimeUnit.MINUTES))
                    .as(Files.readString(output))
                    .isTrue();
            assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }
}
