package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that send half of a request and then nothing. */
class SlowClientTest {

    private static final String HEAD =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n" + "Content-Type: application/json\r\n";

    @Test
    void half_sent_requests_hold_neither_a_worker_nor_a_place_among_max_requests() throws IOException {
        List<RawHttp> slow = new ArrayList<>();
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "server: {worker_threads: 1, max_requests: 1}\n")) {
            for (int i = 0; i < 100; i++) {
                slow.add(new RawHttp(gateway.port()).send(HEAD));
                slow.add(new RawHttp(gateway.port()).send(HEAD + "Content-Length: 1000\r\n\r\n{\"model\":"));
                slow.add(new RawHttp(gateway.port()).send(HEAD + "Transfer-Encoding: chunked\r\n\r\nff\r\n{"));
            }
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            assertThat(provider.requests()).hasSize(1);
        } finally {
            for (RawHttp client : slow) {
                client.close();
            }
        }
    }
}
