package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider to which no connection can be made: the client reads what to do, the log also where it was. */
@NullUnmarked
class UnreachedTest {

    private static final String SEEMS =
            "The provider does not seem to speak TLS on this port; check its base_url, https or http";

    @TempDir
    Path directory;

    private static void assertTold(String address, String url, String tls, String words) {
        String yaml =
                """
                providers:
                  - {name: p, type: openai, api_key: k, models: [gpt-4], base_url: "%s"%s}
                routing: {failover: {max_retries: 0}}
                """
                        .formatted(url, tls);
        try (CapturedLog log = new CapturedLog();
                TestGateway gateway = TestGateway.start(yaml)) {
            HttpResponse<String> answer = gateway.chat(chat("gpt-4", false));
            assertThat(answer.statusCode()).isEqualTo(503);
            JsonNode error =
                    Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8)).path("error");
            assertThat(error.path("message").asText())
                    .contains("p: transient (" + words + ")")
                    .doesNotContain(address);
            await().untilAsserted(() ->
                    assertThat(log.messages()).contains("provider 'p' failed: transient: " + address + ": " + words));
        }
    }

    @Test
    void a_host_that_nobody_knows() {
        assertTold(
                "nosuch.invalid:443",
                "https://nosuch.invalid/v1",
                "",
                "The provider's host name cannot be resolved; check its base_url, and the DNS");
    }

    @Test
    void a_port_on_which_nobody_listens() throws IOException {
        int free = FreePorts.next();
        assertTold(
                "127.0.0.1:" + free,
                "http://127.0.0.1:" + free + "/v1",
                "",
                "The provider refused the connection; check its base_url, and whether it runs");
    }

    @Test
    void a_certificate_of_another_host() throws Exception {
        TestCertificates.Identity other = new TestCertificates(directory).make("other", "dns:elsewhere.test");
        assertSecure(
                other,
                ", tls: {ca_file: " + other.certificate() + "}",
                "The provider's certificate is for another host name; check its base_url");
    }

    @Test
    void a_certificate_that_nobody_vouches_for() throws Exception {
        assertSecure(
                new TestCertificates(directory).make("own", "ip:127.0.0.1"),
                "",
                "The provider's certificate is not trusted; if its authority is your own, name it in tls.ca_file");
    }

    private interface PlainServer {
        void serve(Socket client) throws IOException;
    }

    /** Whatever a server without TLS does with the greeting of a client that wants TLS. */
    private static void assertWithoutTls(PlainServer behaviour, String words) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread serving = new Thread(() -> serve(server, behaviour), "plain");
            serving.setDaemon(true);
            serving.start();
            String address = "127.0.0.1:" + server.getLocalPort();
            assertTold(address, "https://" + address + "/v1", ", timeouts: {connect: 300ms}", words);
        }
    }

    private static void serve(ServerSocket server, PlainServer behaviour) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getInputStream().read();
                behaviour.serve(client);
            } catch (IOException e) {
                // The client has left, or the test is over.
            }
        }
    }

    @Test
    void a_server_without_tls_that_answers_an_error() throws IOException {
        assertWithoutTls(
                client -> client.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII)),
                "The provider does not speak TLS on this port; check its base_url, https or http");
    }

    @Test
    void a_server_without_tls_that_closes_the_connection() throws IOException {
        assertWithoutTls(client -> client.getInputStream().readNBytes(20), SEEMS);
        assertWithoutTls(client -> client.setSoLinger(true, 0), SEEMS);
    }

    @Test
    void a_server_without_tls_that_waits_for_more() throws IOException {
        assertWithoutTls(client -> client.getInputStream().readAllBytes(), SEEMS);
    }

    private static void assertSecure(TestCertificates.Identity server, String tls, String words) throws Exception {
        SSLServerSocket socket =
                (SSLServerSocket) server.server(null).getServerSocketFactory().createServerSocket();
        try (FakeProvider provider = new FakeProvider(call -> call.completion("fine"), socket)) {
            assertTold("127.0.0.1:" + provider.port(), provider.url().replace("http:", "https:"), tls, words);
        }
    }
}
