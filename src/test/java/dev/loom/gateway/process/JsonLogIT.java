package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Http;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process with {@code logging.format: json}, as a collector of logs reads it. */
class JsonLogIT {

    private static final String CONFIGURATION =
            """
            ai_gateway:
              providers:
                - {name: sim, type: simulator, models: [gpt-4], simulator: {latency: 0s, tokens_per_second: 10000}}
              server: {api_keys: [{name: team-a, key: key-of-team-a}]}
              logging: {format: json}
            """;

    @TempDir
    Path directory;

    @Test
    void the_line_of_a_request_has_its_facts_as_keys() {
        try (GatewayProcess gateway = GatewayProcess.start(directory, CONFIGURATION)) {
            String body = StreamClient.body("Hi!", false);
            assertThat(Http.send(Http.post(gateway.url() + "/v1/chat/completions", body)
                                    .header("Authorization", "Bearer key-of-team-a"))
                            .statusCode())
                    .isEqualTo(200);
            gateway.awaitLog("\"message\":\"model=gpt-4");
            // Probes that came too early have lines as well.
            List<JsonNode> lines = gateway.log()
                    .lines()
                    .filter(line -> line.contains("\"message\":\"model="))
                    .map(line -> Json.lenient(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
            assertThat(lines).hasSize(1);
            JsonNode line = lines.get(0);
            assertThat(line.path("model").asText()).isEqualTo("gpt-4");
            assertThat(line.path("provider").asText()).isEqualTo("sim");
            assertThat(line.path("client").asText()).isEqualTo("team-a");
            assertThat(line.path("status").intValue()).isEqualTo(200);
            assertThat(line.path("ms").isIntegralNumber()).isTrue();
            assertThat(line.at("/tokens/input").intValue()).isPositive();
            assertThat(line.at("/tokens/output").intValue()).isPositive();
            assertThat(line.path("attempts").intValue()).isEqualTo(1);
        }
    }
}
