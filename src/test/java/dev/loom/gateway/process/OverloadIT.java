package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverloadIT {

    @TempDir
    Path directory;

    @Test
    void of_many_requests_at_once_exactly_max_requests_are_served_and_the_others_are_told_when_to_come_back() {
        String yaml =
                """
                ai_gateway:
                  server: {max_requests: 5}
                  providers:
                    - name: sim
                      type: simulator
                      models: [gpt-4]
                      simulator: {latency: 0s, tokens_per_second: 5}
                """;
        try (GatewayProcess gateway = GatewayProcess.start(directory, yaml);
                StreamClient client = new StreamClient(gateway.port(), 50)) {
            List<StreamClient.Answer> answers =
                    client.stream(50).stream().map(CompletableFuture::join).toList();
            assertThat(answers).filteredOn(StreamClient.Answer::isWhole).hasSize(5);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() == 429)
                    .hasSize(45)
                    .allSatisfy(refused -> {
                        assertThat(refused.retryAfter()).isEqualTo("1");
                        assertThat(refused.body()).contains("\"code\":\"overloaded\"");
                    });
            await("the places to be free again")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.chat("Hi!").statusCode() == 200);
        }
    }
}
