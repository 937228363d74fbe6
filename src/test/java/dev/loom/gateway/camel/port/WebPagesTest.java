package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page that a user has open spends nothing where no key is needed; what is no web page notices nothing of that. */
class WebPagesTest {

    private static final String PASSED = "{\"model\":\"gpt-4\",\"prompt\":\"a\",\"input\":\"a\"}";
    private static final String EVIL = "Origin: http://evil.example";
    private static final String OPEN = "server: {pass_through: [audio, images, moderations, rerank]%s}\n";

    private static TestGateway gateway(FakeProvider provider, String more) {
        return TestGateway.start(TestGateway.providers("", provider) + OPEN.formatted(more));
    }

    private static Answer send(TestGateway gateway, String method, String path, String body, String... headers)
            throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Host: localhost:8080"));
        lines.addAll(List.of(headers));
        lines.addAll(List.of("Connection: close", "Content-Length: " + body.length(), "", body));
        return RawHttp.exchange(gateway.port(), lines.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/images/generations",
        "POST, /v1/moderations",
        "POST, /v1/chat/completions",
        "POST, /v1/messages",
        "POST, /v1beta/models/gpt-4:generateContent",
        "POST, /nope",
        "GET, /v1/models",
        "GET, /nope",
        "DELETE, /v1/responses/resp_1",
        "OPTIONS, /v1/chat/completions"
    })
    void a_page_of_another_origin_is_refused_on_every_path(String method, String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            for (String[] page : new String[][] {
                {EVIL, "Sec-Fetch-Site: cross-site"},
                {EVIL},
                {"Origin: null"},
                {"Origin: http://localhost:3000"},
                {"Origin: http://localhost"},
                {"Sec-Fetch-Site: cross-site"},
                {"Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"},
            }) {
                Answer refused = send(
                        gateway, method, path, PASSED, with(page, "Content-Type: text/plain", "x-request-id: page-1"));
                assertThat(refused.status()).as(String.join(" ", page)).isEqualTo(403);
                assertThat(refused.body()).contains("server.cors");
                assertThat(refused.header("x-request-id")).isEqualTo("page-1");
            }
            assertThat(send(gateway, "POST", "/v1/moderations", PASSED, EVIL).body())
                    .contains("\"code\":\"origin_not_allowed\"", "\"param\":\"Origin\"");
            assertThat(provider.requests()).isEmpty();
        }
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Test
    void nor_does_one_reach_a_gateway_that_serves_everyone() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, ", allow_anonymous: true")) {
            assertThat(send(gateway, "POST", "/v1/images/generations", PASSED, EVIL)
                            .status())
                    .isEqualTo(403);
            assertThat(provider.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: */*",
                "Origin: http://localhost:8080",
                "Origin: HTTP://LOCALHOST:8080",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: same-origin"
            })
    void whoever_is_no_page_or_one_of_this_host_is_served(String header) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            assertThat(send(gateway, "GET", "/v1/models", "", header).status()).isEqualTo(200);
        }
    }

    @Test
    void a_page_that_cors_allows_is_served_and_no_other() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, ", cors: {origins: ['https://chat.example']}")) {
            String[] page = {"Origin: https://chat.example", "Sec-Fetch-Site: cross-site"};
            assertThat(send(gateway, "GET", "/v1/models", "", page).status()).isEqualTo(200);
            assertThat(send(gateway, "GET", "/v1/models", "", EVIL).status()).isEqualTo(403);
        }
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, ", cors: {origins: ['*']}")) {
            assertThat(send(gateway, "GET", "/v1/models", "", EVIL).status()).isEqualTo(200);
            assertThat(send(gateway, "GET", "/v1/models", "", "Sec-Fetch-Site: cross-site")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_key_is_what_no_page_has_so_with_keys_every_origin_may_ask() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, ", api_keys: [{key: of-ann, name: ann}]")) {
            assertThat(send(gateway, "GET", "/v1/models", "", EVIL, "x-api-key: of-ann")
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"images/generations", "audio/speech", "moderations", "rerank"})
    void json_that_passes_must_be_called_json(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "text/plain;json", "")) {
                String header = type.isEmpty() ? "Accept: */*" : "Content-Type: " + type;
                Answer refused = send(gateway, "POST", "/v1/" + path, PASSED, header);
                assertThat(refused.status()).as(type).isEqualTo(415);
                assertThat(refused.body()).contains("application/json", "\"code\":\"unsupported_media_type\"");
            }
            assertThat(provider.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, /ai/config/reload", "POST, /ai/route/explain", "POST, /ai/providers/a/drain", "POST, /jolokia/"})
    void nor_may_a_page_change_anything_on_the_admin_port(String method, String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = gateway(provider, "")) {
            for (String page : List.of(EVIL, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site")) {
                Answer refused = RawHttp.exchange(
                        gateway.adminPort(),
                        method + " " + path + " HTTP/1.1",
                        "Host: localhost:9090",
                        page,
                        "Content-Type: application/json",
                        "Content-Length: 0",
                        "",
                        "");
                assertThat(refused.status()).as(page).isEqualTo(403);
                assertThat(refused.body()).contains("origin_not_allowed");
            }
        }
    }
}
