package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a token, what changes something is open to the operator's own tools and closed to web pages. */
class AdminHostTest {

    private static final FakeProvider A = FakeProvider.saying("x");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.over(A);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void a_client_of_this_machine_may_whatever_its_http_version(Version version) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/providers/a/resume"))
                .version(version)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody());
        assertThat(gateway.send(request).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, application/json, 200",
        "127.0.0.1:9091, application/json, 200",
        "localhost, text/json, 200",
        "[::1]:9091, application/json, 200",
        "example.org, application/json, 403",
        "localhost.example.org, application/json, 403",
        "localhost, text/plain, 403",
        "localhost, text/plain; application/json, 403",
        "localhost, application/x-www-form-urlencoded, 403",
    })
    void a_web_page_may_not(String host, String type, int status) throws IOException {
        for (String path : List.of("/ai/providers/a/resume", "/jolokia/")) {
            String request = "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + type
                    + "\r\nContent-Length: 0\r\n\r\n";
            int port = URI.create(gateway.adminUrl()).getPort();
            try (RawClient client = RawClient.send(port, request)) {
                assertThat(client.head()).startsWith("HTTP/1.1 " + status);
            }
        }
    }

    @Test
    void reading_is_open() {
        assertThat(gateway.get(gateway.adminUrl() + "/ai/providers").statusCode())
                .isEqualTo(200);
    }
}
