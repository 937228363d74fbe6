package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that is killed in mid-traffic has stored of the usage of accounts. */
class UsageKillIT {

    /** Eight times the documented quarter of a second: both processes and this test share a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    /** When answers had come. */
    private final ConcurrentLinkedQueue<Long> answered = new ConcurrentLinkedQueue<>();

    private GatewayProcess start(FakeProvider provider) {
        return GatewayProcess.start(
                directory,
                """
                ai_gateway:
                  providers:
                    - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                  token_accounting: {enabled: true, storage: file, file: {path: usage}}
                """
                        .formatted(provider.url()));
    }

    private static JsonNode usage(GatewayProcess gateway) {
        String body = GatewayProcess.get(gateway.adminUrl() + "/ai/usage").body();
        return Json.lenient(body.getBytes(StandardCharsets.UTF_8)).path("usage");
    }

    private static long requests(GatewayProcess gateway) {
        return usage(gateway).path("requests").asLong();
    }

    /** Asks and asks until the gateway is gone. */
    private void ask(GatewayProcess gateway) {
        try {
            while (gateway.chat("Hi!").statusCode() == 200) {
                answered.add(System.nanoTime());
            }
        } catch (RuntimeException e) {
            // It is gone.
        }
    }

    /** Long: one story, from the first request to the restart. */
    @Test
    void killed_in_mid_traffic_it_has_lost_nothing_that_could_be_read_or_was_older_than_the_bound() {
        try (FakeProvider provider = FakeProvider.saying("fine")) {
            long readable;
            long killed;
            try (GatewayProcess first = start(provider)) {
                List<CompletableFuture<Void>> clients = Stream.generate(
                                () -> CompletableFuture.runAsync(() -> ask(first), task -> new Thread(task).start()))
                        .limit(4)
                        .toList();
                await("usage to be stored").atMost(Duration.ofSeconds(60)).until(() -> requests(first) > 100);
                long before = System.nanoTime();
                await("traffic for longer than the bound")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> System.nanoTime() - before > BOUND.toNanos());
                readable = requests(first);
                killed = System.nanoTime();
                first.kill();
                clients.forEach(CompletableFuture::join);
            }
            long old = answered.stream()
                    .filter(at -> killed - at > BOUND.toNanos())
                    .count();
            try (GatewayProcess second = start(provider)) {
                await("what waited in the file to be stored")
                        .until(() -> !Files.exists(directory.resolve("usage.spool"))
                                && !Files.exists(directory.resolve("usage.spool.leaving")));
                JsonNode kept = usage(second);

                assertThat(old).isPositive();
                assertThat(kept.path("requests").asLong())
                        .isGreaterThanOrEqualTo(readable)
                        .isGreaterThanOrEqualTo(old)
                        .isLessThanOrEqualTo(provider.requests().size());
                assertThat(kept.path("output_tokens").asLong())
                        .isEqualTo(7 * kept.path("requests").asLong());
                second.chat("Hi!");
                await("the next request to be counted, too")
                        .until(() -> requests(second) == kept.path("requests").asLong() + 1);
            }
        }
    }
}
