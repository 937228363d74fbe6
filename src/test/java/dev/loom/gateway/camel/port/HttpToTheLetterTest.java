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
                refused(400, "two types of content", HOST, CHUNKED, "Content-Type: text/plain"),
                refused(400, "two lengths", HOST, "Content-Length: 4", "Content-Length: 5"),
                refused(400, "two lengths in one", HOST, "Content-Length: 4, 4"),
                refused(400, "a length with a sign", HOST, "Content-Length: +4"),
                refused(400, "a line that ends in a line feed alone", HOST + "\nX-A: b", CHUNKED),
                refused(400, "a header without a name", HOST, CHUNKED, ": b"),
                refused(400, "a header in two lines", HOST, CHUNKED, "X-A: b\r\n c"),
                refused(400, "a header in two lines, with a tab", HOST, CHUNKED, "X-A: b\r\n\tc"),
                refused(400, "an empty rest of a header", HOST, CHUNKED, "X-A: b\r\n "),
                refused(400, "a first header that begins with a space", " X-A: b", HOST, CHUNKED),
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
                refused(505, "HTTP/01.1", "HTTP/01.1", "Content-Length: 0"),
                refused(505, "small letters", "http/1.1", "Content-Length: 0"),
                refused(505, "HTTP/1.10", "HTTP/1.10", "Content-Length: 0"),
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

    static Stream<Arguments> starts() {
        return onBothPorts(
                refused(400, "a space before it", " POST PATH HTTP/1.1"),
                refused(400, "a tab before it, after an empty line", "\r\n\tPOST PATH HTTP/1.1"),
                refused(400, "a control character before it", "\u0001POST PATH HTTP/1.1"),
                refused(400, "two spaces behind the method", "POST  PATH HTTP/1.1"),
                refused(400, "two spaces before the version", "POST PATH  HTTP/1.1"),
                refused(400, "a tab", "POST PATH\tHTTP/1.1"),
                refused(400, "a form feed", "POST\fPATH HTTP/1.1"),
                refused(400, "a carriage return", "POST\rPATH HTTP/1.1"),
                refused(400, "a space behind it", "POST PATH HTTP/1.1 "),
                refused(400, "another host in it", "POST http://evil.examplePATH HTTP/1.1"),
                refused(400, "somebody's name in it", "POST http://localhost@evil.examplePATH HTTP/1.1"),
                refused(400, "four words", "POST PATH x HTTP/1.1"));
    }

    @ParameterizedTest(name = "{2}: {1}, {0}")
    @MethodSource("starts")
    void a_request_line_has_three_words_with_one_space_between_them(Port port, int status, String what, String[] line)
            throws IOException {
        String request = post(port, "HTTP/1.1", CHUNKED_BODY, HOST, CHUNKED);
        String start = line[0].replace("PATH", port.path);
        try (RawHttp client = new RawHttp(port.number())) {
            client.send(start + request.substring(request.indexOf("\r\n")) + SMUGGLED);
            assertRefused(client, status);
        }
    }

    @ParameterizedTest
    @MethodSource("ports")
    void a_head_may_come_byte_by_byte_behind_empty_lines(Port port) throws IOException {
        try (RawHttp client = new RawHttp(port.number())) {
            for (char letter : ("\r\n\r\n" + post(port, "HTTP/1.1", CHUNKED_BODY, HOST, CHUNKED)).toCharArray()) {
                client.send(String.valueOf(letter));
            }
            assertThat(client.read().status()).isEqualTo(200);
        }
        provider.requests().clear();
    }

    static Stream<Arguments> ends() {
        return onBothPorts(
                refused(200, "close before keep-alive", "HTTP/1.1", "Connection: close, keep-alive"),
                refused(200, "close behind keep-alive", "HTTP/1.1", "Connection: keep-alive, Close"),
                refused(200, "close, then keep-alive", "HTTP/1.1", "Connection: close\r\nConnection: keep-alive"),
                refused(200, "keep-alive, then close", "HTTP/1.1", "Connection: keep-alive\r\nConnection: close"),
                refused(200, "both in HTTP/1.0", "HTTP/1.0", "Connection: keep-alive, close"),
                refused(
                        200,
                        "one after the other in HTTP/1.0",
                        "HTTP/1.0",
                        "Connection: keep-alive\r\nConnection: close"));
    }

    @ParameterizedTest(name = "{2}, {0}")
    @MethodSource("ends")
    void close_ends_the_connection_whatever_stands_beside_it(Port port, int status, String what, String[] header)
            throws IOException {
        try (RawHttp client = new RawHttp(port.number())) {
            String length = "Content-Length: " + BODY.length();
            client.send(post(port, header[0], BODY, HOST, length, header[1]) + SMUGGLED);
            assertThat(client.read().status()).isEqualTo(status);
            assertThat(client.isClosed()).isTrue();
        }
        provider.requests().clear();
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
                refused(400, "a trailer without a colon", "0\r\nno colon\r\n\r\n"),
                refused(400, "a trailer without a name", "0\r\n: b\r\n\r\n"),
                refused(400, "a trailer in two lines", "0\r\na: b\r\n c\r\n\r\n"),
                refused(400, "a trailer that begins with a tab", "0\r\n\ta: b\r\n\r\n"),
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
