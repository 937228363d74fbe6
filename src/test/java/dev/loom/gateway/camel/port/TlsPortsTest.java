package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ports over TLS, by Camel's own settings, with real handshakes. */
class TlsPortsTest {

    private static final String GET = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    Path directory;

    private TestCertificates.Identity server;
    private TestCertificates.Identity client;

    @BeforeEach
    void makeCertificates() throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        server = certificates.make("server", "dns:localhost,ip:127.0.0.1");
        client = certificates.make("client", "dns:client");
    }

    private Map<String, String> tls(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("camel.ssl.enabled", "true");
        properties.put("camel.ssl.keyStore", server.keyStore().toString());
        properties.put("camel.ssl.keystorePassword", TestCertificates.password());
        properties.put("camel.server.useGlobalSslContextParameters", "true");
        properties.put("camel.management.useGlobalSslContextParameters", "true");
        return properties;
    }

    private static RawHttp connect(SSLContext trusting, int port) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", port);
        socket.startHandshake();
        return new RawHttp(socket);
    }

    private static String post(String path) {
        String body = TestGateway.chat("gpt-4", true);
        return "POST " + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void both_ports_speak_tls_and_nothing_else_and_providers_are_reached_as_before() throws Exception {
        try (FakeProvider provider = new FakeProvider(
                        call -> call.completion("fine"),
                        server.server(null).getServerSocketFactory().createServerSocket());
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("tls: {ca_file: " + server.certificate() + "}\n", provider)
                                .replace("http://127.0.0.1", "https://localhost"),
                        tls(Map.of()))) {
            SSLContext trusting = client.server(server);
            try (RawHttp secure = connect(trusting, gateway.port())) {
                assertThat(secure.send(GET.formatted("/v1/models")).read().status())
                        .isEqualTo(200);
                assertThat(secure.send(post("/v1/chat/completions")).readToEnd())
                        .contains("fine", "data: [DONE]");
            }
            try (RawHttp secure = connect(trusting, gateway.adminPort())) {
                assertThat(secure.send(GET.formatted("/ready")).read().status()).isEqualTo(200);
            }
            assertThat(new RawHttp(gateway.port())
                            .send(GET.formatted("/v1/models"))
                            .readToEnd())
                    .doesNotContain("HTTP/1.1 200");
            assertThat(new RawHttp(gateway.adminPort())
                            .send(GET.formatted("/ready"))
                            .readToEnd())
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void with_mutual_tls_only_clients_with_a_certificate_come_in() throws Exception {
        Map<String, String> mutual = Map.of(
                "camel.ssl.trustStore", client.trustStore().toString(),
                "camel.ssl.truststorePassword", TestCertificates.password(),
                "camel.ssl.clientAuthentication", "REQUIRE");
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider), tls(mutual))) {
            for (int port : new int[] {gateway.port(), gateway.adminPort()}) {
                String path = port == gateway.port() ? "/v1/models" : "/ready";
                try (RawHttp known = connect(client.server(server), port)) {
                    assertThat(known.send(GET.formatted(path)).read().status()).isEqualTo(200);
                }
                assertThatThrownBy(() -> {
                            try (RawHttp stranger = connect(server.server(server), port)) {
                                assertThat(stranger.send(GET.formatted(path)).read())
                                        .isNull();
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_refusal_and_the_end_of_the_connection_arrive_over_tls_too() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider), tls(Map.of()));
                RawHttp secure = connect(client.server(server), gateway.port())) {
            secure.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 30000000\r\n\r\n");
            secure.send(new byte[3 << 20]);
            assertThat(secure.read().status()).isEqualTo(413);
            assertThat(secure.isClosed()).isTrue();
        }
    }

    /** HTTP/2 has floods of its own, over TLS as well. */
    @Test
    void who_offers_http_2_is_spoken_to_in_http_1() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider), tls(Map.of()))) {
            for (int port : new int[] {gateway.port(), gateway.adminPort()}) {
                SSLSocket socket =
                        (SSLSocket) client.server(server).getSocketFactory().createSocket("localhost", port);
                SSLParameters offer = socket.getSSLParameters();
                offer.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                socket.setSSLParameters(offer);
                socket.startHandshake();
                assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
                try (RawHttp secure = new RawHttp(socket)) {
                    String path = port == gateway.port() ? "/v1/models" : "/ready";
                    assertThat(secure.send(GET.formatted(path)).read().status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void a_client_that_never_greets_is_sent_away() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "server: {header_timeout: 300ms}\n", tls(Map.of()));
                Socket silent = new Socket("localhost", gateway.port())) {
            silent.setSoTimeout(5_000);
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }
}
