package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A timeout that strikes at any moment of a call is a timeout: 1 to 50 ms, one provider for each millisecond. */
class TimeoutSweepTest {

    private static final int MILLIS = 50;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T open(T it) {
        opened.add(it);
        return it;
    }

    /** Accepts nobody: once its queue is full, whoever connects waits. */
    private int neverConnects() throws IOException {
        ServerSocket full = open(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 2; i++) {
            open(new Socket()).connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()));
        }
        return full.getLocalPort();
    }

    private int neverAnswers() {
        return open(new FakeProvider(FakeProvider.Call::awaitClosed)).port();
    }

    /** An answer that may be the sooner or the later of the two. */
    private int answers() {
        return open(FakeProvider.saying("soon")).port();
    }

    private int port(String moment) throws IOException {
        return switch (moment) {
            case "connect" -> neverConnects();
            case "answer" -> answers();
            default -> neverAnswers();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "tls", "first byte", "answer"})
    void no_timeout_is_a_fault_of_the_gateway(String moment) throws IOException {
        int port = port(moment);
        try (TestGateway gateway = TestGateway.start(configuration(moment.equals("tls") ? "https" : "http", port))) {
            for (int i = 0; i < 2 * MILLIS; i++) {
                HttpResponse<String> response = gateway.chat(TestGateway.chat("m" + (1 + i / 2), i % 2 == 0));
                if (response.statusCode() != 200) {
                    assertThat(response.statusCode())
                            .as(i / 2 + 1 + " ms: " + response.body())
                            .isEqualTo(503);
                    assertThat(response.body()).contains("\"class\":\"transient\"");
                }
            }
        }
    }

    private static String configuration(String scheme, int port) {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (int i = 1; i <= MILLIS; i++) {
            yaml.append(
                    """
                      - {name: p%1$d, type: openai, api_key: k, base_url: "%2$s://127.0.0.1:%3$d/v1", models: [m%1$d],
                         timeouts: {response: %1$dms, first_token: %1$dms}}
                    """
                            .formatted(i, scheme, port));
        }
        return yaml + "routing: {failover: {max_retries: 0, circuit_breaker: {enabled: false}}}\n";
    }
}
