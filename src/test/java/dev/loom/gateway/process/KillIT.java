package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in mid-traffic leaves nothing that the next one would stumble over. */
class KillIT {

    private static final String YAML =
            """
            ai_gateway:
              providers:
                - name: sim
                  type: simulator
                  models: [gpt-4]
                  simulator: {latency: 10ms, tokens_per_second: 4}
            """;

    @TempDir
    Path directory;

    @Test
    void killed_in_mid_traffic_it_starts_again_on_the_same_ports_and_serves() throws IOException {
        GatewayProcess.write(directory.resolve("ai-gateway.yaml"), YAML);
        Map<String, String> ports;
        try (GatewayProcess first = GatewayProcess.launch(directory).awaitReady();
                StreamClient client = new StreamClient(first.port(), 100)) {
            ports = Map.of(
                    "CAMEL_SERVER_PORT", Integer.toString(first.port()),
                    "CAMEL_MANAGEMENT_PORT", Integer.toString(first.adminPort()));
            List<CompletableFuture<StreamClient.Answer>> answers = client.awaitOpen(100, Duration.ofSeconds(120));
            first.kill();
            assertThat(answers).allSatisfy(answer -> assertThat(answer).failsWithin(Duration.ofSeconds(30)));
        }
        assertThat(files()).containsExactlyInAnyOrder("ai-gateway.yaml", "gateway.log");
        try (GatewayProcess second = GatewayProcess.launch(directory, GatewayProcess.thisJava(), ports)
                        .awaitReady();
                StreamClient client = new StreamClient(second.port(), 20)) {
            assertThat(client.stream(20))
                    .allSatisfy(answer -> assertThat(answer.join()).matches(StreamClient.Answer::isWhole));
            assertThat(second.log()).doesNotContain("ERROR");
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
