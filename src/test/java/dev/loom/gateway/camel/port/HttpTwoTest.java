package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 in clear text is not spoken, so that its floods are so many bytes that are not read. */
class HttpTwoTest {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int CONTINUATION = 9;
    private static final int FRAMES = 100_000;

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.over(provider);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(stream >> shift);
        }
        out.writeBytes(payload);
    }

    /** Headers that never end. */
    private static byte[] continuations() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, SETTINGS, 0, 0, new byte[0]);
        frame(out, HEADERS, 0, 1, new byte[] {(byte) 0x82});
        for (int i = 0; i < FRAMES; i++) {
            frame(out, CONTINUATION, 0, 1, new byte[] {(byte) 0x82});
        }
        return out.toByteArray();
    }

    /** Streams that are opened and taken back. */
    private static byte[] resets() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, SETTINGS, 0, 0, new byte[0]);
        for (int i = 0; i < FRAMES; i++) {
            frame(out, HEADERS, 5, 2 * i + 1, new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84});
            frame(out, RESET, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"continuations", "resets"})
    void a_flood_of_frames_ends_its_connection_and_harms_nobody(String flood) throws IOException {
        byte[] frames = flood.equals("resets") ? resets() : continuations();
        for (int port : new int[] {gateway.port(), gateway.adminPort()}) {
            try (RawHttp client = new RawHttp(port)) {
                client.send(PREFACE);
                send(client, frames);
                String answer = client.readToEnd();
                assertThat(answer).startsWith("HTTP/1.1 505 ");
            }
        }
        assertThat(gateway.chat(TestGateway.chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    /** The gateway may have ended the connection while the client is still sending. */
    private static void send(RawHttp client, byte[] frames) throws IOException {
        try {
            client.send(frames);
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i)(broken pipe|connection reset).*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: h2c", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"})
    void an_upgrade_to_http_2_is_not_taken(String upgrade) throws IOException {
        String connection = "Connection: Upgrade, HTTP2-Settings";
        for (RawHttp.Answer answer : List.of(
                RawHttp.get(gateway.port(), "/v1/models", connection, upgrade),
                RawHttp.get(gateway.adminPort(), "/ready", connection, upgrade))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isNotEmpty();
        }
    }
}
