package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Operation;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is answered to GET is answered to HEAD, as uptime monitors ask: the same head, and no body. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeadTest {

    private FakeProvider provider;
    private TestGateway gateway;

    @BeforeAll
    void start() {
        provider = new FakeProvider(call -> call.json(200, "{\"id\":\"x_1\"}"));
        gateway = TestGateway.start(
                TestGateway.providers("", provider)
                        + """
                token_accounting: {enabled: true, key: "header:X-Team", trust: anonymous, limits: [{name: a, window: 1m, max_tokens: 9}]}
                server: {pass_through: [files, batches, fine_tuning, vector_stores]}
                """);
    }

    @AfterAll
    void stop() {
        gateway.close();
        provider.close();
    }

    List<Operation> reads() {
        List<Operation> reads = Operation.in(gateway.admin("/openapi.json")).stream()
                .filter(operation -> operation.method().equals("GET"))
                .toList();
        assertThat(reads).hasSizeGreaterThan(25);
        return reads;
    }

    @ParameterizedTest
    @MethodSource("reads")
    void on_every_path_that_the_description_has(Operation read) throws IOException {
        assertSameHead(read.port(gateway), read.target("gpt-4", "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/none", "/nope"})
    void on_the_client_port(String path) throws IOException {
        assertSameHead(gateway.port(), path);
        String length = RawHttp.get(gateway.port(), path).header("Content-Length");
        assertThat(RawHttp.exchange(gateway.port(), "HEAD " + path + " HTTP/1.1", "Host: localhost", "", "")
                        .header("Content-Length"))
                .isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/observe/health", "/ai/providers/none", "/nope"})
    void on_the_admin_port(String path) throws IOException {
        assertSameHead(gateway.adminPort(), path);
    }

    private static void assertSameHead(int port, String path) throws IOException {
        RawHttp.Answer got = RawHttp.get(port, path);
        try (RawHttp client = new RawHttp(port)) {
            String request = path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            List<String> head = client.send("HEAD " + request).readToEnd().transform(all -> {
                assertThat(all).endsWith("\r\n\r\n").containsOnlyOnce("\r\n\r\n");
                return Stream.of(all.split("\r\n")).toList();
            });
            assertThat(head.get(0)).startsWith("HTTP/1.1 " + got.status() + " ");
            assertThat(head.stream()
                            .map(line -> line.split(":")[0].toLowerCase())
                            .sorted())
                    .containsAll(got.headers().keySet().stream()
                            .map(String::toLowerCase)
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/embeddings"})
    void what_is_not_answered_to_get_is_not_to_head(String path) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            assertThat(client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .readHead())
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: POST");
        }
    }
}
