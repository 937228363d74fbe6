package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a setting allows more than the heap has: {@code java -jar} ends, as with a flag that a jar cannot carry. */
class OutOfMemoryIT {

    /** As the JVM's own flag has it. */
    private static final int EXIT_CODE = 3;

    private static final String HEAD =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n" + "Content-Type: application/json\r\n";

    @TempDir
    Path directory;

    private GatewayProcess start(FakeProvider provider) {
        GatewayProcess.write(
                directory.resolve("ai-gateway.yaml"),
                """
                ai_gateway:
                  server: {memory: 8GB, max_body: 1GB}
                  providers:
                    - {name: a, type: openai, api_key: k, base_url: "%s", models: [gpt-4]}
                """
                        .formatted(provider.url()));
        List<String> command = List.of(
                GatewayProcess.thisJava().toString(),
                "-Xmx80m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("loom.jar"));
        return GatewayProcess.launch(directory, command, Map.of()).awaitReady();
    }

    @Test
    void on_an_event_loop() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                GatewayProcess gateway = start(provider);
                RawHttp client = new RawHttp(gateway.port())) {
            client.send(HEAD + "Content-Length: " + (500 << 20) + "\r\n\r\n");
            byte[] piece = new byte[1 << 20];
            try {
                for (int i = 0; i < 500; i++) {
                    client.send(piece);
                }
            } catch (SocketException ended) {
                assertThat(ended).hasMessageMatching("(?i)(broken pipe|connection reset).*");
            }
            assertThat(gateway.exitCode()).isEqualTo(EXIT_CODE);
            assertThat(gateway.log()).contains("OutOfMemory");
        }
    }

    @Test
    void on_the_thread_of_a_request() throws IOException {
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.start(200, Map.of("Content-Type", "application/json"));
                    while (true) {
                        call.write("x".repeat(1 << 16));
                    }
                });
                GatewayProcess gateway = start(provider)) {
            String body = StreamClient.body("Hi!", false);
            for (int i = 0; i < 4; i++) {
                clients.add(new RawHttp(gateway.port())
                        .send(HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body));
            }
            assertThat(gateway.exitCode()).isEqualTo(EXIT_CODE);
        } finally {
            for (RawHttp client : clients) {
                client.close();
            }
        }
    }
}
