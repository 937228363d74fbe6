package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.KeyHash;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may use the client port: {@code server.api_keys}, their models and limits, and the default without any.
 * Long, because every way in stands beside every other.
 */
class ClientAccessTest {

    private static final String KEYS =
            """
            server:
              api_keys:
                - {key: key-of-ann, name: ann}
                - {key: key-of-bob, name: bob, models: [gpt-4, o*]}
            """;

    private static String config(FakeProvider provider, String more) {
        return TestGateway.providers("", provider).replace("models: [gpt-4]", "models: [gpt-4, gpt-5, o1]") + more;
    }

    @Test
    void without_keys_the_port_is_open_on_this_machine_only() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            assertThat(isReachableFromOutside(gateway.port())).isFalse();
        }
    }

    @Test
    void with_keys_the_port_is_open_to_the_network() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            assertThat(isReachableFromOutside(gateway.port())).isTrue();
        }
    }

    @Test
    void allow_anonymous_opens_the_port_to_the_network() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, "server: {allow_anonymous: true}\n"))) {
            assertThat(isReachableFromOutside(gateway.port())).isTrue();
            assertThat(RawHttp.get(gateway.port(), "/v1/models", "Host: gateway.example")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void camel_server_host_has_the_last_word() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, ""), Map.of("camel.server.host", "0.0.0.0"))) {
            assertThat(isReachableFromOutside(gateway.port())).isTrue();
            assertThat(RawHttp.get(gateway.port(), "/v1/models", "Host: gateway.example")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_web_page_whose_name_leads_to_this_machine_cannot_spend_the_keys() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            Answer answer = RawHttp.post(gateway.port(), "/v1/chat/completions", chat("gpt-4", false));
            assertThat(answer.status()).isEqualTo(200);
            provider.requests().clear();
            String body = chat("gpt-4", false);
            Answer rebound = RawHttp.exchange(
                    gateway.port(),
                    "POST /v1/chat/completions HTTP/1.1",
                    "Host: evil.example:" + gateway.port(),
                    "Content-Type: application/json",
                    "Content-Length: " + body.length(),
                    "",
                    body);
            assertThat(rebound.status()).isEqualTo(403);
            assertThat(rebound.body()).contains("\"param\":\"Host\"");
            assertThat(rebound.header("x-request-id")).isNotBlank();
            assertThat(provider.requests()).isEmpty();
        }
    }

    /** A machine without any other address cannot tell. */
    private static boolean isReachableFromOutside(int port) throws IOException {
        InetAddress own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(own != null, "no address but loopback");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(own, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void a_key_is_needed_once_there_are_keys_and_both_headers_carry_it() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            String body = chat("gpt-4", false);
            for (String[] wrong : new String[][] {
                {},
                {"Authorization", "Bearer wrong"},
                {"Authorization", "Bearer "},
                {"Authorization", "key-of-ann"},
                {"Authorization", "Basic key-of-ann"},
                {"x-api-key", "key-of-an"},
                {"x-api-key", ""},
                {"Authorization", "Bearer sk-provider-key"},
            }) {
                HttpResponse<String> refused = gateway.chat(body, wrong);
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.headers().firstValue("x-request-id")).isPresent();
                assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
                assertThat(refused.body())
                        .contains("\"code\":\"invalid_api_key\"")
                        .doesNotContain("key-of");
            }
            assertThat(provider.requests()).isEmpty();
            assertThat(gateway.chat(body, "Authorization", "Bearer key-of-ann").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.chat(body, "Authorization", "bearer key-of-ann").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.chat(body, "x-api-key", "key-of-ann").statusCode())
                    .isEqualTo(200);
            assertThat(provider.requests())
                    .allSatisfy(sent ->
                            assertThat(sent.headers().toString() + sent.body()).doesNotContain("key-of-ann"));
        }
    }

    private static int models(TestGateway gateway, String... headers) throws IOException {
        return RawHttp.get(gateway.port(), "/v1/models", headers).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER", "bEaReR"})
    void a_scheme_has_no_case_and_an_empty_x_api_key_says_nothing(String scheme) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            String bearer = "Authorization: " + scheme + " key-of-ann";
            assertThat(models(gateway, bearer)).isEqualTo(200);
            assertThat(models(gateway, bearer, "x-api-key:")).isEqualTo(200);
            assertThat(models(gateway, bearer, "x-api-key:   ")).isEqualTo(200);
            assertThat(models(gateway, bearer, "x-api-key: wrong")).isEqualTo(200);
            assertThat(models(gateway, "Authorization: " + scheme, "x-api-key: key-of-ann"))
                    .isEqualTo(200);
        }
    }

    @Test
    void a_key_is_compared_by_its_bytes_in_utf_8() throws IOException {
        String keys = "server: {api_keys: [{key: 'schlüssel-€', name: ann}]}\n";
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, keys))) {
            assertThat(models(gateway, "x-api-key: schlüssel-€")).isEqualTo(200);
            assertThat(models(gateway, "Authorization: Bearer schlüssel-€")).isEqualTo(200);
            assertThat(models(gateway, "x-api-key: schl?ssel-?")).isEqualTo(401);
        }
    }

    @Test
    void a_key_that_is_known_by_its_hash_opens_as_the_key_itself() throws IOException {
        byte[] key = "key-of-ann".getBytes(StandardCharsets.UTF_8);
        String keys =
                """
                server:
                  api_keys:
                    - {hash: 'sha256:salt-one:%s', name: ann}
                    - {hash: 'sha256:salt-two:%s', name: eve, models: [gpt-5]}
                    - {key: key-of-bob, name: bob}
                """
                        .formatted(KeyHash.of("salt-one", key), KeyHash.of("salt-two", new byte[] {'e', 'v', 'e'}));
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, keys))) {
            for (int i = 0; i < 2; i++) {
                assertThat(models(gateway, "x-api-key: key-of-ann")).isEqualTo(200);
                assertThat(models(gateway, "x-api-key: key-of-bob")).isEqualTo(200);
                assertThat(models(gateway, "x-api-key: key-of-eve")).isEqualTo(401);
                assertThat(models(gateway, "x-api-key: sha256:salt-one:" + KeyHash.of("salt-one", key)))
                        .isEqualTo(401);
                assertThat(RawHttp.get(gateway.port(), "/v1/models", "x-api-key: eve")
                                .body())
                        .contains("gpt-5")
                        .doesNotContain("gpt-4");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/models/gpt-4", "/nope", "//v1/models", "/v1/./models", "/%761/models"})
    void no_path_is_open_without_a_key(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            assertThat(RawHttp.get(gateway.port(), path).status()).isEqualTo(401);
        }
    }

    @Test
    void a_body_of_any_length_is_refused_by_its_key_first() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS));
                RawHttp client = new RawHttp(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(401);
        }
    }

    @Test
    void a_key_reaches_its_own_models_only() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            String bob = "Bearer key-of-bob";
            assertThat(gateway.chat(chat("gpt-4", false), "Authorization", bob).statusCode())
                    .isEqualTo(200);
            assertThat(gateway.chat(chat("o1", false), "Authorization", bob).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = gateway.chat(chat("gpt-5", false), "Authorization", bob);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("\"param\":\"model\"", "\"code\":\"model_not_allowed\"");
            assertThat(provider.requests()).hasSize(2);
        }
    }

    @Test
    void a_key_sees_its_own_models_only() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, KEYS))) {
            String bob = "Authorization: Bearer key-of-bob";
            assertThat(RawHttp.get(gateway.port(), "/v1/models", bob).body())
                    .contains("gpt-4", "o1")
                    .doesNotContain("gpt-5");
            assertThat(RawHttp.get(gateway.port(), "/v1/models/gpt-5", bob).status())
                    .isEqualTo(404);
        }
    }

    private static String limited(String limits) {
        return "server:\n  api_keys:\n    - {key: key-of-ann, name: ann, rate_limit: {" + limits + "}}\n"
                + "    - {key: key-of-bob, name: bob}\n";
    }

    private static final String[] ANN = {"Authorization", "Bearer key-of-ann"};

    @Test
    void requests_per_minute_of_a_key_are_429_with_the_time_to_wait_and_bind_nobody_else() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, limited("requests_per_minute: 2")))) {
            String body = chat("gpt-4", false);
            assertThat(gateway.chat(body, ANN).statusCode()).isEqualTo(200);
            assertThat(gateway.chat(body, ANN).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = gateway.chat(body, ANN);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(20, 30);
            assertThat(refused.headers().firstValue("x-request-id")).isPresent();
            assertThat(refused.body())
                    .contains("requests_per_minute", "\"type\":\"requests\"", "\"code\":\"rate_limit_exceeded\"");
            assertThat(gateway.chat(body, "Authorization", "Bearer key-of-bob").statusCode())
                    .isEqualTo(200);
            assertThat(provider.requests()).hasSize(3);
        }
    }

    @Test
    void tokens_per_minute_of_a_key_are_settled_with_what_was_used() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, limited("tokens_per_minute: 1000")))) {
            String small = chat("gpt-4", false);
            for (int i = 0; i < 5; i++) {
                // Each reserves about 500 tokens and uses 12.
                assertThat(gateway.chat(small, ANN).statusCode()).isEqualTo(200);
            }
            String large = small.replace("\"stream\"", "\"max_tokens\":990,\"stream\"");
            HttpResponse<String> refused = gateway.chat(large, ANN);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("tokens_per_minute", "\"type\":\"tokens\"");
        }
    }

    @Test
    void a_client_that_comes_back_at_once_finds_its_permit_given_back() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, limited("concurrent_requests: 1")))) {
            for (int i = 0; i < 200; i++) {
                assertThat(gateway.chat(chat("gpt-4", i % 2 == 0), ANN).statusCode())
                        .as("request %s", i)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void a_request_that_failed_costs_its_key_no_tokens() {
        try (FakeProvider provider = FakeProvider.failing(400, "invalid_request_error", "bad");
                TestGateway gateway = TestGateway.start(config(provider, limited("tokens_per_minute: 600")))) {
            for (int i = 0; i < 4; i++) {
                assertThat(gateway.chat(chat("gpt-4", false), ANN).statusCode()).isEqualTo(400);
            }
        }
    }

    @Test
    void a_key_s_permit_is_held_to_the_end_of_the_stream_and_then_given_back() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.startStream();
                    call.content("half");
                    begun.countDown();
                    finish.await();
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway = TestGateway.start(config(provider, limited("concurrent_requests: 1")))) {
            CompletableFuture<HttpResponse<String>> first =
                    CompletableFuture.supplyAsync(() -> gateway.chat(chat("gpt-4", true), ANN));
            begun.await();
            HttpResponse<String> refused = gateway.chat(chat("gpt-4", true), ANN);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(refused.body()).contains("concurrent_requests");
            finish.countDown();
            assertThat(first.get().body()).endsWith("data: [DONE]\n\n");
            org.awaitility.Awaitility.await()
                    .until(() -> gateway.chat(chat("gpt-4", true), ANN).statusCode() == 200);
        }
    }

    @Test
    void requests_that_are_refused_for_another_reason_take_nothing() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(config(provider, limited("requests_per_minute: 1")))) {
            assertThat(gateway.chat("{}", ANN).statusCode()).isEqualTo(400);
            assertThat(gateway.chat(chat("gpt-4", false), ANN).statusCode()).isEqualTo(200);
        }
    }
}
