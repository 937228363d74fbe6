package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientConnectionTest {

    @Test
    void a_stream_to_a_client_that_has_just_left_has_begun_all_the_same() throws Exception {
        CompletableFuture<HttpServerResponse> asked = new CompletableFuture<>();
        CompletableFuture<Void> left = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> {
                        request.response().closeHandler(nothing -> left.complete(null));
                        asked.complete(request.response());
                    })
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                asked.get(30, TimeUnit.SECONDS);
            }
            left.get(30, TimeUnit.SECONDS);

            ClientConnection connection = new ClientConnection(asked.join());
            connection.startStream(Map.of("Content-Type", "text/event-stream"));
            connection.write(Buffer.buffer("data: {}\n\n"), 1);

            assertThat(connection.started()).isTrue();
        } finally {
            vertx.close();
        }
    }
}
