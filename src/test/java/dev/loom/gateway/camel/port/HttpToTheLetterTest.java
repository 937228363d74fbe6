package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What another server could read otherwise is refused, on either port: one answer, in OpenAI's shape, and then the
 * connection ends, whatever was sent behind it.
 */
class HttpToTheLetterTest {

    /** Whoever reads the request otherwise would find this behind it. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static final String BODY = TestGateway.chat("gpt-4", false);
    private static final String CHUNKED_BODY = Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
    private static final String HOST = "Host: localhost";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /** One of the two ports, and a path on it that takes a chat request. */
    private enum Port {
        CLIENTS("/v1/chat/completions"),
        ADMIN("/ai/route/explain");

        private final String path;

        Port(String path) {
            this.path = path;
        }

        int number() {
            return this == CLIENTS ? gateway.port() : gateway.adminPort();
        }
    }

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

    @BeforeEach
    void forget() {
        provider.requests().clear();
    }

    @AfterEach
    void still_serves_and_nothing_was_passed_on() throws IOException {
        assertThat(provider.requests()).isEmpty();
        assertThat(RawHttp.post(gateway.port(), Port.CLIENTS.path, BODY).status())
                .isEqualTo(200);
    }

    private static String post(Port port, String version, String body, String... headers) {
        return "POST " + port.path + " " + version + "\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n" + body;
    }

    private static Stream<Arguments> onBothPorts(Object[]... cases) {
        return Stream.of(Port.values())
                .flatMap(port -> Stream.of(cases).map(each -> Arguments.of(port, each[0], each[1], each[2])));
    }

    private static Object[] refused(int status, String what, String... headers) {
        return new Object[] {status, what, headers};
    }

    static Stream<Arguments> heads() {
        String length = "Content-Length: " + BODY.length();
        return onBothPorts(
                refused(400, "no Host", CHUNKED),
                refused(400, "two Hosts", HOST, "Host: other", CHUNKED),
                refused(400, "the same Host twice", HOST, HOST, CHUNKED),
                refused(400, "an empty Host", "Host:", CHUNKED),
                refused(400, "a Host that is none", "Host: a b", CHUNKED),
                refused(400, "two Hosts in one", "Host: localhost, other", CHUNKED),
                refused(400, "a length beside chunks", HOST, length, CHUNKED),
                refused(400, "chunks beside a length", HOST, CHUNKED, length),
                refused(400, "chunked twice", HOST, CHUNKED, CHUNKED),
                refused(400, "chunked twice in one", HOST, "Transfer-Encoding: chunked, chunked"),
                refused(400, "an unknown coding first", HOST, "Transfer-Encoding: xchunked"),
                refused(400, "an unknown coding before chunked", HOST, "Transfer-Encoding: gzip", CHUNKED),
                refused(400, "an unknown coding after chunked", HOST, CHUNKED, "Transfer-Encoding: identity"),
                refused(400, "two codings in one", HOST, "Transfer-Encoding: gzip, chunked"),
                refused(400, "no coding", HOST, "Transfer-Encoding:"),
                refused(400, "a coding with a parameter", HOST, "Transfer-Encoding: chunked;q=1"),
                refused(400, "a coding in quotes", HOST, "Transfer-Encoding: \"chunked\""),
                refused(400, "a coding behind a vertical tab", HOST, "Transfer-Encoding: \u000bchunked"),
                refused(400, "a header whose name ends in a space", HOST, "Transfer-Encoding : chunked"),
                refused(400, "two lengths", HOST, "Content-Length: 4", "Content-Length: 5"),
                refused(400, "two lengths in one", HOST, "Content-Length: 4, 4"),
                refused(400, "a length with a sign", HOST, "Content-Length: +4"),
                refused(400, "a line that ends in a line feed alone", HOST + "\nX-A: b", CHUNKED),
                refused(431, "more headers than anybody has", HOST, CHUNKED, "a: b\r\n".repeat(200) + "c: d"),
                refused(431, "longer headers than anybody has", HOST, CHUNKED, "a: " + "b".repeat(10_000)));
    }

    @ParameterizedTest(name = "{2}: {1}, {0}")
    @MethodSource("heads")
    void a_head_with_two_meanings_ends_the_connection(Port port, int status, String what, String[] headers)
            throws IOException {
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(post(port, "HTTP/1.1", CHUNKED_BODY, headers) + SMUGGLED);
            assertRefused(client, status);
        }
    }

    private static void assertRefused(RawHttp client, int status) throws IOException {
        Answer answer = client.read();
        assertThat(answer).as("an answer before the end").isNotNull();
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.header("x-request-id")).matches("[A-Za-z0-9._-]{1,128}");
        assertThat(answer.body()).contains("\"type\":\"invalid_request_error\"");
        assertThat(client.isClosed()).isTrue();
    }

    static Stream<Arguments> versions() {
        return onBothPorts(
                refused(400, "chunks in HTTP/1.0", "HTTP/1.0", CHUNKED),
                refused(505, "HTTP/2 in HTTP/1's words", "HTTP/2.0", "Content-Length: 0"),
                refused(505, "HTTP/1.2", "HTTP/1.2", "Content-Length: 0"),
                refused(505, "HTTP/0.9", "HTTP/0.9", "Content-Length: 0"),
                refused(400, "no version", "", CHUNKED),
                refused(400, "another protocol", "ICAP", CHUNKED));
    }

    @ParameterizedTest(name = "{2}: {1}, {0}")
    @MethodSource("versions")
    void a_version_that_is_not_spoken_ends_the_connection(Port port, int status, String what, String[] versionAndHeader)
            throws IOException {
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(post(port, versionAndHeader[0], CHUNKED_BODY, HOST, versionAndHeader[1]) + SMUGGLED);
            assertRefused(client, status);
        }
    }

    static Stream<Arguments> bodies() {
        return onBothPorts(
                refused(400, "a chunk without a size", "\r\n" + BODY),
                refused(400, "a size that is no number", "xyz\r\n" + BODY + "\r\n0\r\n\r\n"),
                refused(400, "a negative size", "-1\r\n"),
                refused(400, "a size beyond all bounds", "ffffffffffffffff\r\n"),
                refused(400, "a size that ends in a line feed alone", "1\nx\r\n0\r\n\r\n"),
                refused(400, "an extension that ends in a line feed alone", "1;a\nx\r\n0\r\n\r\n"),
                refused(400, "a chunk that is longer than its size", "1\r\nxx\r\n0\r\n\r\n"),
                refused(400, "an extension without an end", "1;" + "a".repeat(10_000)),
                refused(400, "extensions that never end", ("1;" + "a".repeat(1000) + "\r\nx\r\n").repeat(100)),
                refused(400, "a trailer without a name", "0\r\nno colon\r\n\r\n"),
                refused(400, "trailers beyond all bounds", "0\r\n" + "a: b\r\n".repeat(5000) + "\r\n"));
    }

    @ParameterizedTest(name = "{2}: {1}, {0}")
    @MethodSource("bodies")
    void a_body_that_cannot_be_framed_is_answered_before_the_end(Port port, int status, String what, String[] body)
            throws IOException {
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(post(port, "HTTP/1.1", body[0], HOST, CHUNKED) + SMUGGLED);
            assertRefused(client, status);
        }
    }

    static Stream<Arguments> ports() {
        return Stream.of(Port.values()).map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("ports")
    void ordinary_chunks_are_read_also_with_short_extensions_and_trailers(Port port) throws IOException {
        StringBuilder body = new StringBuilder();
        for (char letter : BODY.toCharArray()) {
            body.append("1;a=b\r\n").append(letter).append("\r\n");
        }
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(post(port, "HTTP/1.1", body + "0\r\nX-Trailer: 1\r\n\r\n", HOST, "Transfer-Encoding: Chunked"));
            assertThat(client.read().status()).isEqualTo(200);
        }
        provider.requests().clear();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void requests_that_are_sent_at_once_are_answered_one_after_the_other(Port port) throws IOException {
        String request = post(port, "HTTP/1.1", CHUNKED_BODY, HOST, CHUNKED);
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(request.repeat(3) + SMUGGLED);
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            assertThat(client.read().status()).isEqualTo(404);
        }
        provider.requests().clear();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void a_body_that_is_too_long_ends_the_connection_also_where_the_client_sends_on(Port port) throws IOException {
        byte[] piece = new byte[1 << 20];
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(post(port, "HTTP/1.1", "", HOST, "Content-Length: " + (30 << 20)));
            for (int i = 0; i < 30; i++) {
                client.send(piece);
            }
            assertRefused(client, 413);
        }
    }
}
