package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.TestProxy;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A request's head, byte by byte: the HTTP client adds nothing of its own. */
class RequestHeadTest {

    private static String head(String extra, String path, String body) throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestProxy wire = new TestProxy(provider.port());
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers(extra, provider).replace(provider.url(), wire.url() + "/v1"))) {
            if (body != null) {
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                        .headers("Content-Type", "application/json", "Accept", "*/*", "Accept-Encoding", "gzip, br")
                        .headers("User-Agent", "a-client/1", "Cookie", "a=b", "Via", "1.1 elsewhere")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
            }
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !wire.heads()
                    .isEmpty());
            return wire.heads()
                    .get(0)
                    .replace(wire.url().substring("http://".length()), "provider")
                    .replaceFirst("Apache-HttpClient/\\S+ \\(Java/\\S+\\)", "client")
                    .replace("\r\n", "\n");
        }
    }

    private static String post(String path, String body, String accept) {
        return """
                POST %s HTTP/1.1
                Accept: %s
                Accept-Encoding: identity
                Authorization: Bearer sk-provider-key
                Content-Type: application/json
                Host: provider
                Content-Length: %d
                Connection: keep-alive
                User-Agent: client

                """
                .formatted(path, accept, body.length());
    }

    @Test
    void a_chat_request_has_these_headers_and_no_others() throws Exception {
        String body = chat("gpt-4", false);
        assertThat(head("", "/v1/chat/completions", body))
                .isEqualTo(post("/v1/chat/completions", body, "application/json"));
    }

    @Test
    void a_streamed_chat_request_has_these_headers_and_no_others() throws Exception {
        String body = chat("gpt-4", true);
        String sent = body.replace("}]}", "}],\"stream_options\":{\"include_usage\":true}}");
        assertThat(head("", "/v1/chat/completions", body))
                .isEqualTo(post("/v1/chat/completions", sent, "text/event-stream"));
    }

    @Test
    void an_embeddings_request_has_these_headers_and_no_others() throws Exception {
        String body = "{\"model\":\"gpt-4\",\"input\":\"hello\"}";
        assertThat(head("", "/v1/embeddings", body)).isEqualTo(post("/v1/embeddings", body, "application/json"));
    }

    @Test
    void a_health_check_has_these_headers_and_no_others() throws Exception {
        assertThat(head("health_check: {enabled: true, interval: 100ms}", "", null))
                .isEqualTo(
                        """
                GET /v1/models HTTP/1.1
                Authorization: Bearer sk-provider-key
                Host: provider
                Connection: keep-alive
                User-Agent: client

                """);
    }
}
