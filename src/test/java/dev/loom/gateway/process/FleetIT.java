package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that count together, one of which is killed. */
class FleetIT {

    @TempDir
    Path directory;

    @Test
    void the_permits_of_a_killed_instance_come_back_within_thirty_seconds() throws IOException {
        try (RedisServer server = RedisServer.start();
                GatewayProcess first = launch(server, "first");
                GatewayProcess second = launch(server, "second");
                StreamClient client = new StreamClient(first.port(), 20);
                StreamClient other = new StreamClient(second.port(), 5)) {
            client.stream(15);
            await("streams to be open").atMost(Duration.ofSeconds(60)).until(() -> client.open() == 15);
            assertThat(permits(server)).isEqualTo("15");
            assertThat(other.stream(1).get(0).join().status())
                    .as("no permit is left")
                    .isEqualTo(429);
            first.kill();

            await("its permits to be free").atMost(Duration.ofSeconds(40)).until(() -> {
                var answer = other.stream(1).get(0);
                return answer.join().status() == 200;
            });
            await("all of them").atMost(Duration.ofSeconds(40)).until(() -> permits(server)
                    .equals("0"));
        }
    }

    private static String permits(RedisServer server) {
        return server.cli("ZCARD", "loom:{limits:provider:sim}:permits");
    }

    private GatewayProcess launch(RedisServer server, String name) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        GatewayProcess.write(
                own.resolve("ai-gateway.yaml"),
                """
                ai_gateway:
                  providers:
                    - name: sim
                      type: simulator
                      models: [gpt-4]
                      rate_limit: {concurrent_requests: 15}
                      simulator: {latency: 10ms, tokens_per_second: %d}
                  state: {type: redis, url: '%s', timeout: 2s}
                """
                        .formatted(name.equals("first") ? 1 : 1000, server.url()));
        return GatewayProcess.launch(own).awaitReady();
    }
}
