package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no client should send, byte by byte: answered in OpenAI's shape, and never passed on. Long: there are many
 * ways to be a bad client.
 */
class HostileRequestTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String BODY = TestGateway.chat("gpt-4", false);

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(
                TestGateway.providers("", provider).replace("models: [gpt-4]", "models: [gpt-4, meta/llama]"));
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

    /** Whatever came in: whoever comes next is served. */
    @AfterEach
    void still_serves() throws IOException {
        assertThat(RawHttp.post(gateway.port(), CHAT, BODY).status()).isEqualTo(200);
    }

    private static void assertRefused(Answer answer, int status, String param) throws IOException {
        assertThat(answer).isNotNull();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-request-id")).matches("[A-Za-z0-9._-]{1,128}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode error = Json.MAPPER.readTree(answer.body()).path("error");
        assertThat(error.path("message").asText()).isNotBlank().doesNotContain("Exception", "dev.loom", "io.vertx");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.has("code")).isTrue();
        assertThat(error.path("param").asText(null)).isEqualTo(param);
        assertThat(provider.requests()).isEmpty();
    }

    private static Answer post(String body, String... headers) throws IOException {
        return RawHttp.post(gateway.port(), CHAT, body, headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "", "null", "[]", "{", "{\"model\":\"gpt-4\",\"messages\":[{\"role\":", "{} {}"})
    void what_is_not_a_json_object_is_400(String body) throws IOException {
        Answer answer = post(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"type\":\"invalid_request_error\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | model",
                "{\"model\":\"\",\"messages\":[{}]} | model",
                "{\"model\":5,\"messages\":[{}]} | model",
                "{\"model\":\"gpt-4\"} | messages",
                "{\"model\":\"gpt-4\",\"messages\":[]} | messages",
                "{\"model\":\"gpt-4\",\"messages\":\"hi\"} | messages",
                "{\"model\":\"gpt-4\",\"messages\":[{},\"hi\"]} | messages[1]",
                "{\"model\":\"gpt-4\",\"messages\":[{}],\"stream\":\"yes\"} | stream",
                "{\"model\":\"gpt-4\",\"messages\":[{}],\"max_tokens\":-1} | max_tokens",
            })
    void a_field_that_is_missing_or_wrong_is_named(String body, String param) throws IOException {
        assertRefused(post(body), 400, param);
    }

    @Test
    void two_models_in_one_body_are_refused() throws IOException {
        assertRefused(post("{\"model\":\"gpt-4\",\"model\":\"other\",\"messages\":[{}]}"), 400, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"gpt-4\",\"model\":\"gpt-4\",\"input\":\"x\"}",
                "{\"model\":\"gpt-4\",\"input\":\"x\",\"input\":\"y\"}",
                "{\"model\":\"gpt-4\",\"input\":\"x\",\"user\":{\"a\":1,\"a\":2}}"
            })
    void a_key_that_stands_twice_is_refused_for_embeddings_too(String body) throws IOException {
        assertRefused(RawHttp.post(gateway.port(), "/v1/embeddings", body), 400, null);
        assertRefused(RawHttp.post(gateway.adminPort(), "/ai/route/explain", body), 400, null);
    }

    @Test
    void a_model_name_of_a_megabyte_is_refused_and_not_repeated() throws IOException {
        Answer answer = post(TestGateway.chat("a".repeat(1 << 20), false));
        assertRefused(answer, 400, "model");
        assertThat(answer.body().length()).isLessThan(1000);
    }

    @Test
    void line_breaks_in_a_model_name_break_out_of_no_header() throws IOException {
        Answer answer = post("{\"model\":\"gpt-4\\r\\nX-Evil: 1\",\"messages\":[{}]}");
        assertRefused(answer, 404, "model");
        assertThat(answer.headers()).doesNotContainKey("X-Evil");
    }

    @Test
    void deep_nesting_is_refused() throws IOException {
        String deep = "[".repeat(50_000) + "]".repeat(50_000);
        assertRefused(post("{\"model\":\"gpt-4\",\"messages\":[{}],\"x\":" + deep + "}"), 400, null);
    }

    @Test
    void a_number_of_a_million_digits_is_refused() throws IOException {
        String body = "{\"model\":\"gpt-4\",\"messages\":[{}],\"seed\":" + "9".repeat(1_000_000) + "}";
        assertThat(post(body).status()).isEqualTo(400);
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json-patch+json",
                "application/json; charset=utf-16",
                "application/json;charset=\"ISO-8859-1\"",
                "*/*",
                ";;;"
            })
    void another_content_type_is_415(String type) throws IOException {
        assertRefused(post(BODY, "Content-Type: " + type), 415, "Content-Type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "APPLICATION/JSON",
                "application/json ; charset=UTF-8",
                "Application/Json;charset=utf-8",
                "application/json ;"
            })
    void however_the_content_type_is_written_it_is_json(String type) throws IOException {
        assertThat(post(BODY, "Content-Type: " + type).status()).isEqualTo(200);
    }

    @Test
    void no_content_type_is_415() throws IOException {
        Answer answer = RawHttp.exchange(
                gateway.port(),
                "POST " + CHAT + " HTTP/1.1",
                "Host: localhost",
                "Content-Length: " + BODY.length(),
                "",
                BODY);
        assertRefused(answer, 415, "Content-Type");
    }

    @Test
    void json_with_a_charset_of_utf_8_is_json() throws IOException {
        assertThat(post(BODY, "Content-Type: application/json;charset=UTF-8").status())
                .isEqualTo(200);
    }

    @Test
    void a_compressed_body_is_415() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(BODY.getBytes(StandardCharsets.UTF_8));
        }
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Content-Encoding: gzip", "Content-Length: " + zipped.size()))
                    .send(zipped.toByteArray());
            assertRefused(client.read(), 415, "Content-Encoding");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"})
    void a_wrong_method_is_405_and_the_right_one_is_named(String method) throws IOException {
        Answer answer = RawHttp.exchange(gateway.port(), method + " " + CHAT + " HTTP/1.1", "Host: localhost", "", "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("POST");
        assertThat(answer.header("x-request-id")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nope",
                "/v1/../ai/providers",
                "/ai/providers",
                "/v1/models/../../ai/providers",
                "/%2e%2e/ai/providers",
                "/live",
                "/ready",
                "/metrics",
                "/observe/health",
                "/q/dev",
                "/v1/chat%2Fcompletions",
                "/v1/chat/completions%00",
                "/v1/chat/completions;a=b"
            })
    void an_unknown_path_is_404_and_the_admin_port_s_paths_are_unknown(String path) throws IOException {
        assertRefused(RawHttp.post(gateway.port(), path, BODY), 404, null);
        assertRefused(RawHttp.get(gateway.port(), path), 404, null);
    }

    @Test
    void a_path_that_cannot_be_decoded_is_400() throws IOException {
        assertRefused(RawHttp.get(gateway.port(), "/v1/models/%zz"), 400, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?x", "?%zz", "/v1/models/%zz", "*", "x", "v1/models", "localhost:80", "mailto:a"})
    void a_target_that_is_no_path_is_400_with_words_and_a_code(String target) throws IOException {
        for (int port : new int[] {gateway.port(), gateway.adminPort()}) {
            Answer answer = RawHttp.get(port, target);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"invalid_url\"", "The URL is not valid.");
        }
    }

    @Test
    void only_what_is_served_is_listed_to_whoever_has_mistaken_a_path() throws IOException {
        assertThat(RawHttp.get(gateway.port(), "/nope").body())
                .contains("/v1/chat/completions (POST)", "/v1/images... (POST)")
                .doesNotContain("/v1/files", "/v1/batches");
        try (TestGateway open =
                TestGateway.start(TestGateway.providers("", provider) + "server: {pass_through: [files]}\n")) {
            assertThat(RawHttp.get(open.port(), "/nope").body())
                    .contains("/v1/files... (GET)")
                    .doesNotContain("/v1/images", "/v1/batches");
        }
    }

    @Test
    void a_target_with_a_scheme_and_a_host_means_its_path() throws IOException {
        assertThat(RawHttp.get(gateway.port(), "http://localhost/v1/models").status())
                .isEqualTo(200);
        assertRefused(RawHttp.get(gateway.port(), "http://localhost/ai/providers"), 404, null);
    }

    @Test
    void an_unknown_expectation_is_417_with_and_without_a_body() throws IOException {
        Answer get = RawHttp.get(gateway.port(), "/v1/models", "Expect: 200-ok");
        assertThat(get.status()).isEqualTo(417);
        assertThat(get.body()).contains("\"code\":\"expectation_failed\"", "100-continue");
        assertThat(RawHttp.post(
                                gateway.port(),
                                "/v1/images/generations",
                                "x",
                                "Content-Type: text/plain",
                                "Expect: tea")
                        .status())
                .isEqualTo(417);
    }

    @Test
    void doubled_slashes_lead_to_the_same_place_through_the_same_gate() throws IOException {
        assertThat(RawHttp.post(gateway.port(), "//v1//chat/completions", BODY).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/meta/llama", "/v1/models/meta%2Fllama", "/v1/models/gpt-4"})
    void a_model_is_found_whether_its_slashes_are_encoded_or_not(String path) throws IOException {
        Answer answer = RawHttp.get(gateway.port(), path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"object\":\"model\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/none", "/v1/models/meta/none", "/v1/models/%0d%0aX-Evil:1"})
    void an_unknown_model_is_404(String path) throws IOException {
        Answer answer = RawHttp.get(gateway.port(), path);
        assertRefused(answer, 404, "model");
        assertThat(answer.headers()).doesNotContainKey("X-Evil");
    }

    @Test
    void a_model_cannot_be_posted() throws IOException {
        assertThat(RawHttp.post(gateway.port(), "/v1/models/meta/llama", BODY).status())
                .isEqualTo(405);
    }

    @Test
    void camel_headers_and_parameters_have_no_effect() throws IOException {
        String query = "?CamelHttpUri=http://127.0.0.1:1/&CAmelHttpPath=/evil&CamelHttpMethod=GET&CamelHttpQuery=q=1";
        Answer answer = RawHttp.post(
                gateway.port(),
                CHAT + query,
                BODY,
                "CamelHttpUri: http://127.0.0.1:1/",
                "CAmelHttpPath: /evil",
                "camelhttpmethod: DELETE",
                "CamelHttpQuery: q=1",
                "CamelHttpResponseCode: 201",
                "CamelJmsDestinationName: x",
                "loomCall: x",
                "loomProvider: b");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(provider.requests()).hasSize(1);
        FakeProvider.Request sent = provider.requests().get(0);
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo(CHAT);
        assertThat(sent.headers().keySet()).noneMatch(name -> name.toLowerCase().startsWith("camel"));
    }

    @Test
    void nothing_but_the_body_reaches_the_provider() throws IOException {
        post(
                BODY,
                "Authorization: Bearer client-key",
                "x-api-key: client-key-2",
                "Cookie: session=1",
                "X-Forwarded-For: 10.0.0.1",
                "User-Agent: evil",
                "OpenAI-Organization: org-client",
                "X-Other: 1");
        assertThat(provider.requests().get(0).headers())
                .containsEntry("Authorization", "Bearer sk-provider-key")
                .containsOnlyKeys(
                        "Accept",
                        "Accept-Encoding",
                        "Authorization",
                        "Connection",
                        "Content-Length",
                        "Content-Type",
                        "Host",
                        "User-Agent")
                .doesNotContainEntry("User-Agent", "evil");
    }

    private static String head(String... headers) {
        return "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static final int TOO_LONG = 30 << 20;

    @Test
    void thirty_megabytes_are_413_before_they_are_read() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Content-Length: " + TOO_LONG));
            assertRefused(client.read(), 413, null);
        }
    }

    @Test
    void thirty_megabytes_in_chunks_are_413_as_soon_as_the_limit_is_reached() throws IOException {
        byte[] chunk = ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Transfer-Encoding: chunked"));
            for (int sent = 0; sent < TOO_LONG; sent += 1 << 20) {
                client.send(chunk);
            }
            assertRefused(client.read(), 413, null);
        }
    }

    @Test
    void a_chunked_body_is_read() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Transfer-Encoding: chunked") + Integer.toHexString(BODY.length()) + "\r\n" + BODY
                    + "\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void a_client_that_expects_100_continue_gets_it_before_it_sends_its_body() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Expect: 100-continue", "Content-Length: " + BODY.length()));
            assertThat(client.read().status()).isEqualTo(100);
            client.send(BODY);
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void a_body_that_would_be_too_long_is_refused_instead_of_continued() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Expect: 100-continue", "Content-Length: " + TOO_LONG));
            assertRefused(client.read(), 413, null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Expect: tea", "Expect: 100-continue\r\nExpect: tea", "Expect: 100-continue, tea"})
    void another_expectation_fails(String header) throws IOException {
        assertRefused(post(BODY, header), 417, "Expect");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "+61", "6 1", "0x3d", "99999999999999999999"})
    void a_length_that_is_no_number_is_400(String length) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Content-Length: " + length) + BODY);
            assertRefused(client.read(), 400, null);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void two_different_lengths_are_400() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(head("Content-Length: 5", "Content-Length: 6") + BODY);
            assertRefused(client.read(), 400, null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-A: a\0b", "X-A : b", "no colon", "X-A: a\nX-B"})
    void a_header_that_is_none_is_400(String header) throws IOException {
        assertRefused(post(BODY, header), 400, null);
    }

    @Test
    void thousands_of_headers_are_431() throws IOException {
        assertRefused(post(BODY, "X-Header: value\r\n".repeat(5000) + "X-Last: 1"), 431, null);
    }

    @Test
    void a_very_long_url_is_414() throws IOException {
        assertRefused(RawHttp.get(gateway.port(), "/v1/models?" + "a".repeat(20_000)), 414, null);
    }

    @Test
    void a_request_without_host_is_400() throws IOException {
        assertThat(RawHttp.exchange(gateway.port(), "GET /v1/models HTTP/1.1", "", "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void http_1_0_is_answered() throws IOException {
        Answer answer = RawHttp.exchange(
                gateway.port(),
                "POST " + CHAT + " HTTP/1.0",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + BODY.length(),
                "",
                BODY);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void a_stream_over_http_1_0_is_refused_before_a_provider_is_called() throws IOException {
        String body = TestGateway.chat("gpt-4", true);
        Answer answer = RawHttp.exchange(
                gateway.port(),
                "POST " + CHAT + " HTTP/1.0",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + body.length(),
                "",
                body);
        assertRefused(answer, 400, "stream");
    }
}
