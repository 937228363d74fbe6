package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may use the admin port. */
class AdminAccessTest {

    private static TestGateway gateway(FakeProvider provider, String admin) {
        return TestGateway.start(TestGateway.providers("", provider) + admin);
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(TestGateway gateway, String path, String... headers) throws IOException {
        Answer answer = RawHttp.get(gateway.adminPort(), path, headers);
        assertThat(answer.header("x-request-id")).isNotBlank();
        return answer.status();
    }

    @Test
    void a_token_is_needed_for_everything_but_the_probes() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "admin: {token: admin-token-1}\n")) {
            for (String path : new String[] {
                "/ai/providers",
                "/ai/providers/a/health",
                "/metrics",
                "/nope",
                "//ai/providers",
                "/live/../ai/providers"
            }) {
                assertThat(status(gateway, path)).as(path).isEqualTo(401);
                assertThat(status(gateway, path, "Authorization: Bearer wrong")).isEqualTo(401);
            }
            assertThat(status(gateway, "/ai/providers", basic("admin:admin-token-1")))
                    .isEqualTo(401);
            assertThat(status(gateway, "/live")).isEqualTo(200);
            assertThat(status(gateway, "/ready")).isEqualTo(200);
            assertThat(status(gateway, "/ai/providers", "Authorization: Bearer admin-token-1"))
                    .isEqualTo(200);
        }
    }

    @Test
    void basic_access_is_the_other_way_in() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "admin: {basic: {user: ops, password: p4ss-word}}\n")) {
            Answer refused = RawHttp.get(gateway.adminPort(), "/ai/providers");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Basic ");
            assertThat(status(gateway, "/ai/providers", basic("ops:wrong"))).isEqualTo(401);
            assertThat(status(gateway, "/ai/providers", "Authorization: Bearer p4ss-word"))
                    .isEqualTo(401);
            assertThat(status(gateway, "/ai/providers", basic("ops:p4ss-word"))).isEqualTo(200);
        }
    }

    @Test
    void a_scheme_has_no_case() throws IOException {
        String admin = "admin: {token: admin-token-ü, basic: {user: ops, password: p4ss-wörd}}\n";
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, admin)) {
            for (String scheme : new String[] {"Bearer", "bearer", "BEARER"}) {
                assertThat(status(gateway, "/ai/providers", "Authorization: " + scheme + " admin-token-ü"))
                        .isEqualTo(200);
                assertThat(status(gateway, "/ai/providers", "Authorization: " + scheme + " admin-token"))
                        .isEqualTo(401);
            }
            String pair = basic("ops:p4ss-wörd");
            for (String scheme : new String[] {"Basic", "basic", "BASIC"}) {
                assertThat(status(gateway, "/ai/providers", pair.replace("Basic", scheme)))
                        .isEqualTo(200);
            }
            assertThat(status(gateway, "/ai/providers", pair.replace("Basic", "Bearer")))
                    .isEqualTo(401);
        }
    }

    @Test
    void a_web_page_cannot_use_the_access_that_a_browser_has() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "admin: {basic: {user: ops, password: p4ss-word}}\n")) {
            String access = basic("ops:p4ss-word");
            String page = "Origin: http://elsewhere.example";
            assertThat(reload(gateway, "gw", access, page, "Content-Type: text/plain"))
                    .isEqualTo(403);
            assertThat(reload(gateway, "gw", access, page)).isEqualTo(403);
            assertThat(reload(gateway, "gw", access, page, "Content-Type: application/json"))
                    .isEqualTo(200);
            assertThat(reload(gateway, "gw", access)).isEqualTo(200);
            assertThat(status(gateway, "/ai/providers", access, page)).isEqualTo(200);
        }
    }

    @Test
    void public_metrics_opens_the_metrics_and_nothing_else() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "admin: {token: admin-token-1, public_metrics: true}\n")) {
            assertThat(status(gateway, "/metrics")).isNotEqualTo(401);
            assertThat(status(gateway, "/metrics/../ai/providers")).isEqualTo(401);
            assertThat(status(gateway, "/ai/providers")).isEqualTo(401);
        }
    }

    private static int reload(TestGateway gateway, String host, String... headers) throws IOException {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return RawHttp.exchange(
                        gateway.adminPort(),
                        "POST /ai/config/reload HTTP/1.1",
                        "Host: " + host,
                        more + "Content-Length: 0",
                        "",
                        "")
                .status();
    }

    @Test
    void without_a_token_a_call_that_changes_something_needs_json_and_a_loopback_host() throws IOException {
        String json = "Content-Type: application/json";
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            assertThat(reload(gateway, "localhost")).isEqualTo(403);
            assertThat(reload(gateway, "localhost", "Content-Type: text/plain")).isEqualTo(403);
            assertThat(reload(gateway, "evil.example", json)).isEqualTo(403);
            assertThat(reload(gateway, "localhost.evil.example", json)).isEqualTo(403);
            assertThat(reload(gateway, "127.0.0.1.nip.io:9091", json)).isEqualTo(403);
            for (String host : new String[] {"localhost", "LOCALHOST:9091", "127.0.0.1:9091", "[::1]:9091"}) {
                assertThat(reload(gateway, host, json)).as(host).isNotIn(401, 403);
            }
        }
    }

    @Test
    void the_admin_port_serves_no_client_and_the_client_port_no_operator() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            assertThat(RawHttp.post(gateway.adminPort(), "/v1/chat/completions", TestGateway.chat("gpt-4", false))
                            .status())
                    .isEqualTo(404);
            assertThat(status(gateway, "/v1/models")).isEqualTo(404);
            assertThat(RawHttp.get(gateway.port(), "/ai/providers").status()).isEqualTo(404);
        }
    }

    @Test
    void an_admin_port_that_camel_s_own_setting_opens_to_the_network_without_a_token_does_not_start() {
        try (FakeProvider provider = FakeProvider.saying("fine")) {
            String yaml = TestGateway.providers("", provider);
            assertThatThrownBy(() -> TestGateway.start(yaml, Map.of("camel.management.host", "0.0.0.0")))
                    .rootCause()
                    .hasMessageContaining("camel.management.host is 0.0.0.0")
                    .hasMessageContaining("admin.token");
        }
    }

    @Test
    void with_a_token_it_does() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "admin: {token: admin-token-1}\n",
                        Map.of("camel.management.host", "0.0.0.0"))) {
            assertThat(status(gateway, "/ai/providers", "Authorization: Bearer admin-token-1"))
                    .isEqualTo(200);
        }
    }
}
