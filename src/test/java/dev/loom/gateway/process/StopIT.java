package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.RawHttp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopIT {

    @TempDir
    Path directory;

    @Test
    void while_it_stops_it_is_not_ready_at_once_and_refuses_new_requests_after_a_second() {
        try (GatewayProcess gateway = start(30, "tokens_per_second: 4");
                StreamClient client = new StreamClient(gateway.port(), 1)) {
            CompletableFuture<StreamClient.Answer> underWay = openStream(client);
            gateway.terminate();
            gateway.awaitLog("Asked to stop; 1 requests are under way");
            assertThat(GatewayProcess.get(gateway.adminUrl() + "/ready").statusCode())
                    .isEqualTo(503);
            assertThat(GatewayProcess.get(gateway.adminUrl() + "/live").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = await("new requests to be refused")
                    .atMost(Duration.ofSeconds(3))
                    .until(
                            () -> GatewayProcess.get(gateway.url() + "/v1/models"),
                            response -> response.statusCode() == 503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(underWay).isNotDone();
            assertThat(underWay.join()).matches(StreamClient.Answer::isWhole);
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void in_its_first_second_it_still_serves_even_if_nothing_is_under_way() {
        try (GatewayProcess gateway = start(30, "tokens_per_second: 1000")) {
            gateway.terminate();
            gateway.awaitLog("Asked to stop; 0 requests are under way");
            assertThat(GatewayProcess.get(gateway.adminUrl() + "/ready").statusCode())
                    .isEqualTo(503);
            assertThat(gateway.chat("Hi!").statusCode()).isEqualTo(200);
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void a_stream_that_outlasts_the_timeout_ends_with_an_error_event() {
        try (GatewayProcess gateway = start(2, "tokens_per_second: 0.5");
                StreamClient client = new StreamClient(gateway.port(), 1)) {
            CompletableFuture<StreamClient.Answer> stream = openStream(client);
            gateway.terminate();
            StreamClient.Answer cut = stream.orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(cut.body())
                    .contains("data: {\"error\":{\"message\":\"The gateway is stopping\"")
                    .doesNotContain("[DONE]");
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void a_request_without_an_answer_at_the_timeout_is_refused_and_not_tried_elsewhere() {
        try (GatewayProcess gateway = start(2, "latency: 60s")) {
            CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> gateway.chat("Hi!"));
            await("the request to be under way").atMost(Duration.ofSeconds(30)).until(() -> GatewayProcess.get(
                            gateway.adminUrl() + "/ai/providers")
                    .body()
                    .contains("\"in_flight\":1"));
            gateway.terminate();
            HttpResponse<String> refused =
                    waiting.orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.body()).contains("\"code\":\"stopping\"");
            assertThat(gateway.exitCode()).isZero();
        }
    }

    @Test
    void a_thousand_open_streams_are_told_at_the_timeout_and_the_process_ends_cleanly() {
        try (GatewayProcess gateway = start(3, "tokens_per_second: 0.1");
                StreamClient client = new StreamClient(gateway.port(), 1000)) {
            List<CompletableFuture<StreamClient.Answer>> streams = client.awaitOpen(1000, Duration.ofSeconds(120));
            gateway.terminate();
            assertThat(gateway.endsWithin(Duration.ofSeconds(3 + 5))).isTrue();
            assertThat(gateway.log()).contains("Asked to stop; 1000 requests are under way");
            assertThat(streams).allSatisfy(stream -> assertThat(
                            stream.orTimeout(60, TimeUnit.SECONDS).join().body())
                    .contains("data: {\"error\":{\"message\":\"The gateway is stopping\"")
                    .doesNotContain("[DONE]"));
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** What is not taken by clients, and requests without an end, keep no process alive. */
    @Test
    void with_clients_that_do_not_read_it_ends_in_time() throws IOException {
        List<RawHttp> clients = new ArrayList<>();
        try (GatewayProcess gateway = start(2, "tokens_per_second: 100000, latency: 0s")) {
            String body = StreamClient.body("Hi!", true);
            for (int i = 0; i < 50; i++) {
                clients.add(new RawHttp(gateway.port())
                        .send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + body));
                clients.add(new RawHttp(gateway.port())
                        .send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body));
            }
            gateway.terminate();
            assertThat(gateway.endsWithin(Duration.ofSeconds(2 + 5))).isTrue();
        } finally {
            for (RawHttp client : clients) {
                client.close();
            }
        }
    }

    @Test
    void asked_to_stop_while_it_starts_it_ends_too() {
        try (GatewayProcess gateway = GatewayProcess.launch(
                directory, GatewayProcess.thisJava(), Map.of("CAMEL_MAIN_SHUTDOWNTIMEOUT", "2"))) {
            gateway.awaitLog("Gateway configuration");
            gateway.terminate();
            assertThat(gateway.endsWithin(Duration.ofSeconds(2 + 5))).isTrue();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** Two simulators alike, so that there is somebody to fail over to. */
    private GatewayProcess start(int timeoutSeconds, String simulator) {
        GatewayProcess.write(
                directory.resolve("ai-gateway.yaml"),
                """
                ai_gateway:
                  providers:
                    - {name: a, type: simulator, models: [gpt-4], simulator: {%1$s}}
                    - {name: b, type: simulator, models: [gpt-4], simulator: {%1$s}}
                """
                        .formatted(simulator));
        Map<String, String> environment = Map.of("CAMEL_MAIN_SHUTDOWNTIMEOUT", Integer.toString(timeoutSeconds));
        return GatewayProcess.launch(directory, GatewayProcess.thisJava(), environment)
                .awaitReady();
    }

    private static CompletableFuture<StreamClient.Answer> openStream(StreamClient client) {
        return client.awaitOpen(1, Duration.ofSeconds(120)).get(0);
    }
}
