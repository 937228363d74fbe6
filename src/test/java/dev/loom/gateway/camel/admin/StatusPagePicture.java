package dev.loom.gateway.camel.admin;

import dev.loom.gateway.testing.Chromium;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Makes the pictures of the status page that the documentation shows: three minutes of simulated traffic. */
final class StatusPagePicture {

    private static final String CONFIG =
            """
            providers:
              - {name: openai, type: simulator, models: [gpt-4o], rate_limit: {requests_per_minute: 600, concurrent_requests: 20},
                 cost: {input_per_1k: 0.01, output_per_1k: 0.03}, simulator: {latency: 250ms, tokens_per_second: 400, seed: 1}}
              - {name: azure, type: simulator, models: [gpt-4o], cost: {input_per_1k: 0.01, output_per_1k: 0.03},
                 simulator: {latency: 400ms, tokens_per_second: 300, failure_rate: 0.12, failure_status: 503, seed: 2}}
              - {name: local, type: simulator, models: ['*'], simulator: {latency: 150ms, tokens_per_second: 200, seed: 3}}
              - {name: spare, type: simulator, models: [gpt-4o], cost: {input_per_1k: 0.02, output_per_1k: 0.06},
                 simulator: {latency: 200ms, failure_rate: 1, failure_status: 429, retry_after: 10m, seed: 4}}
            routing:
              strategy: weighted
              providers: [{name: openai, weight: 5}, {name: azure, weight: 3}, {name: local, weight: 2}, {name: spare, weight: 1}]
            """;

    private static final String A_FAILOVER_IN_SIGHT =
            "document.querySelector('#requests tr:nth-child(-n+5) .trail li + li') != null";

    private StatusPagePicture() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of("docs/images"));
        ScheduledExecutorService clients = Executors.newScheduledThreadPool(4);
        try (TestGateway gateway = TestGateway.start(CONFIG);
                Chromium browser = Chromium.start(Chromium.installed().orElseThrow())) {
            browser.open(gateway.adminUrl() + "/");
            AtomicInteger number = new AtomicInteger();
            clients.scheduleAtFixedRate(() -> ask(gateway, number.incrementAndGet()), 0, 350, TimeUnit.MILLISECONDS);
            Duration watched = Duration.ofMinutes(3);
            Awaitility.await().pollDelay(watched).atMost(watched.plusMinutes(1)).until(() -> browser.evaluate(
                            "samples.length > 18")
                    .asBoolean());
            Files.write(directory.resolve("status-page.png"), browser.screenshot(1280, 1280, false));
            for (String extra : args) {
                String[] parts = extra.split(",");
                boolean dark = parts.length > 3;
                byte[] picture = browser.screenshot(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), dark);
                Files.write(Path.of(parts[0]), picture);
            }
        } finally {
            clients.shutdownNow();
        }
        System.exit(0);
    }

    private static void ask(TestGateway gateway, int number) {
        String model = number % 17 == 0 ? "llama-3" : number % 41 == 0 ? "gpt-unknown<b>" : "gpt-4o";
        gateway.chat(TestGateway.chat(model, number % 2 == 0));
    }
}
