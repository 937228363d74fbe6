package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come in at a port, the connection ends, what is said on it is HTTP, and the fault is never ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIngressTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern STATUS = Pattern.compile("\\AHTTP/1\\.[01] ([1-5]\\d\\d) ");

    private FakeProvider provider;
    private TestGateway gateway;

    @BeforeAll
    void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(TestGateway.providers("", provider));
    }

    @AfterAll
    void stop() {
        gateway.close();
        provider.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "admin"})
    void bytes(String port) {
        int number = port.equals("client") ? gateway.port() : gateway.adminPort();
        assertThat(Fuzzing.escapes("bytes at the " + port + " port", Corpus.of("ingress"), input -> {
                    String said = exchange(number, input);
                    Matcher status = STATUS.matcher(said);
                    assertThat(said.isEmpty() || status.find()).as(said).isTrue();
                    assertThat(said).doesNotContain("HTTP/1.1 500", "Exception");
                }))
                .isEmpty();
        assertThat(gateway.chat(TestGateway.chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    /** Sends all of it and nothing more, and reads to the end of the connection. */
    private static String exchange(int port, byte[] input) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(input);
                socket.shutdownOutput();
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException closed) {
                // The gateway has seen enough and does not read the rest.
                return "";
            }
        }
    }
}
