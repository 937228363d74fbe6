package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientConnectionTest {

    @Test
    void what_has_ended_for_a_client_that_left_while_it_waited_is_not_answered_again() throws Exception {
        CompletableFuture<HttpServerRequest> asked = new CompletableFuture<>();
        CompletableFuture<Void> left = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> {
                        request.response().closeHandler(nothing -> left.complete(null));
                        asked.complete(request);
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
            connection.startWaiting(Map.of("Content-Type", "text/event-stream"), new byte[] {'\n'});
            connection.end();

            assertThat(connection.started()).isTrue();
        } finally {
            vertx.close();
        }
    }
}
