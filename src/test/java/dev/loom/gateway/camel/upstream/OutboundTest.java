package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.TestProxy;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to a provider: proxies and TLS, per provider or for all. */
class OutboundTest {

    @TempDir
    private static Path directory;

    private static TestCertificates.Identity right;
    private static TestCertificates.Identity wrong;
    private static TestCertificates.Identity client;

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        right = certificates.make("right", "ip:127.0.0.1,dns:provider.test");
        wrong = certificates.make("wrong", "dns:elsewhere.test");
        client = certificates.make("client", "dns:client.test");
    }

    private static HttpResponse<String> ask(FakeProvider provider, Function<String, String> change, String server) {
        String yaml = change.apply(TestGateway.providers("", provider));
        try (TestGateway gateway = TestGateway.start(yaml + server + "routing: {failover: {max_retries: 0}}\n")) {
            return gateway.chat(chat("gpt-4", false));
        }
    }

    private static Function<String, String> with(String settings) {
        return yaml -> yaml + settings.indent(4);
    }

    private static void assertAnswered(HttpResponse<String> response, FakeProvider provider) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("fine");
        assertThat(provider.requests()).hasSize(1);
    }

    private static void assertRefused(HttpResponse<String> response, FakeProvider provider) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("no_provider_available").doesNotContain("127.0.0.1", "Exception");
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_proxy_gets_the_absolute_url_of_an_http_provider(boolean forAll) throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestProxy proxy = new TestProxy(provider.port())) {
            String setting = "proxy: " + proxy.url() + "\n";
            HttpResponse<String> response = ask(
                    provider,
                    yaml -> elsewhere(yaml, "http://provider.test:81/v1") + (forAll ? "" : setting.indent(4)),
                    forAll ? "server: {" + setting.strip() + "}\n" : "");
            assertAnswered(response, provider);
            assertThat(proxy.heads()).hasSize(1);
            assertThat(proxy.heads().get(0))
                    .startsWith("POST http://provider.test:81/v1/chat/completions HTTP/1.1\r\n")
                    .contains("Host: provider.test:81");
        }
    }

    private static String elsewhere(String yaml, String url) {
        return yaml.replaceFirst("base_url: \\S+", "base_url: " + url);
    }

    @Test
    void a_provider_s_own_proxy_wins_over_the_one_for_all() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestProxy own = new TestProxy(provider.port());
                TestProxy other = new TestProxy(provider.port())) {
            HttpResponse<String> response =
                    ask(provider, with("proxy: " + own.url()), "server: {proxy: \"" + other.url() + "\"}\n");
            assertAnswered(response, provider);
            assertThat(own.heads()).hasSize(1);
            assertThat(other.heads()).isEmpty();
        }
    }

    @Test
    void a_proxy_tunnels_to_an_https_provider_and_sees_no_key() throws Exception {
        try (FakeProvider provider = secure(right.server(null), false);
                TestProxy proxy = new TestProxy(provider.port())) {
            HttpResponse<String> response = ask(
                    provider,
                    yaml -> elsewhere(yaml, "https://provider.test/v1")
                            + ("proxy: " + proxy.url() + "\ntls: {ca_file: " + right(true) + "}").indent(4),
                    "");
            assertAnswered(response, provider);
            assertThat(proxy.heads()).hasSize(1);
            assertThat(proxy.heads().get(0))
                    .startsWith("CONNECT provider.test:443 HTTP/1.1\r\n")
                    .doesNotContain("sk-provider-key", "Authorization");
        }
    }

    @Test
    void the_jvm_s_proxy_properties_are_honoured() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestProxy proxy = new TestProxy(provider.port())) {
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
            try {
                assertAnswered(ask(provider, yaml -> elsewhere(yaml, "http://provider.test/v1"), ""), provider);
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
            }
            assertThat(proxy.heads().get(0)).startsWith("POST http://provider.test/v1/chat/completions HTTP/1.1\r\n");
        }
    }

    private static FakeProvider secure(SSLContext context, boolean needsClient) throws Exception {
        SSLServerSocket socket =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        socket.setNeedClientAuth(needsClient);
        return new FakeProvider(call -> call.completion("fine"), socket);
    }

    /** The certificate's file; that of the right one, or of the wrong one. */
    private static Path right(boolean yes) {
        try {
            return (yes ? right : wrong).certificate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Function<String, String> https(String tls) {
        return yaml -> yaml.replace("http://", "https://") + tls.indent(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_certificate_in_ca_file_is_trusted(boolean forAll) throws Exception {
        try (FakeProvider provider = secure(right.server(null), false)) {
            String tls = "tls: {ca_file: " + right(true) + "}";
            assertAnswered(ask(provider, https(forAll ? "" : tls), forAll ? "server: {" + tls + "}\n" : ""), provider);
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused() throws Exception {
        try (FakeProvider provider = secure(right.server(null), false)) {
            assertRefused(ask(provider, https(""), ""), provider);
        }
    }

    @Test
    void a_certificate_that_is_not_in_ca_file_is_refused() throws Exception {
        try (FakeProvider provider = secure(right.server(null), false)) {
            assertRefused(ask(provider, https("tls: {ca_file: " + right(false) + "}"), ""), provider);
        }
    }

    @Test
    void a_trusted_certificate_of_another_host_is_refused() throws Exception {
        try (FakeProvider provider = secure(wrong.server(null), false)) {
            assertRefused(ask(provider, https("tls: {ca_file: " + right(false) + "}"), ""), provider);
        }
    }

    @Test
    void insecure_accepts_any_certificate_of_any_host() throws Exception {
        try (FakeProvider provider = secure(wrong.server(null), false)) {
            assertAnswered(ask(provider, https("tls: {insecure: true}"), ""), provider);
        }
    }

    @Test
    void a_provider_s_own_tls_wins_over_the_one_for_all() throws Exception {
        try (FakeProvider provider = secure(right.server(null), false)) {
            assertRefused(
                    ask(provider, https("tls: {ca_file: " + right(false) + "}"), "server: {tls: {insecure: true}}\n"),
                    provider);
        }
    }

    @Test
    void a_client_certificate_is_presented() throws Exception {
        try (FakeProvider provider = secure(right.server(client), true)) {
            String tls = "tls: {ca_file: " + right(true) + ", cert_file: " + client.certificate() + ", key_file: "
                    + client.key() + "}";
            assertAnswered(ask(provider, https(tls), ""), provider);
        }
    }

    @Test
    void without_a_client_certificate_a_provider_that_wants_one_refuses() throws Exception {
        try (FakeProvider provider = secure(right.server(client), true)) {
            assertRefused(ask(provider, https("tls: {ca_file: " + right(true) + "}"), ""), provider);
        }
    }
}
