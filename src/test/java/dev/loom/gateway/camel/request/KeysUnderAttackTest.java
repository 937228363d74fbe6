package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key for one model, and no key at all, against everything around the body: paths, headers, and the shapes of requests. */
class KeysUnderAttackTest {

    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private FakeProvider provider;
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(
                TestGateway.providers("", provider).replace("models: [gpt-4]", "models: [cheap, gold]")
                        + "  - {name: g, type: gemini, api_key: k, base_url: '"
                        + provider.url().replace("/v1", "") + "', models: [cheap-gemini, gold-gemini]}\n"
                        + "server: {pass_through: [audio, images, files],"
                        + " api_keys: [{key: of-low, name: low, models: [cheap*]}, {key: of-high, name: high}]}\n");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        provider.close();
    }

    private RawHttp.Answer post(String path, String body, String... headers) throws IOException {
        return RawHttp.post(gateway.port(), path, body, headers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/openai/deployments/gold/chat/completions | cheap | 403",
                "/openai/deployments/%67old/chat/completions | cheap | 403",
                "/openai/deployments/cheap%2f..%2fgold/chat/completions | cheap | 200,403,404",
                "/openai/deployments/cheap/chat/completions/../../gold/chat/completions | cheap | 403,404",
                "/openai/deployments/cheap/chat/completions | gold | 200"
            })
    void the_deployment_in_an_azure_path_is_the_model_that_counts(String path, String inBody, String statuses)
            throws IOException {
        RawHttp.Answer answer = post(path, "{\"model\":\"" + inBody + "\"," + HI + "}", "Authorization: Bearer of-low");
        assertThat(statuses.split(",")).as(answer.body()).contains(Integer.toString(answer.status()));
        assertThat(provider.requests()).noneMatch(sent -> sent.body().contains("gold"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"models/gold-gemini\",\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}",
                "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}],\"generationConfig\":{\"routingConfig\":{\"manualMode\":"
                        + "{\"modelName\":\"gold-gemini\"}}}}"
            })
    void a_gemini_body_names_no_other_model_than_its_path(String body) throws IOException {
        assertThat(post("/v1beta/models/cheap-gemini:generateContent", body, "x-goog-api-key: of-low")
                        .status())
                .isEqualTo(403);
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cheap,gold", "cheap, gold", "cheap,", "gold,cheap", " gold"})
    void a_list_of_models_is_one_of_models_that_the_key_may_use(String model) throws IOException {
        assertThat(post(
                                "/v1/chat/completions",
                                "{\"model\":\"" + model + "\"," + HI + "}",
                                "Authorization: Bearer of-low")
                        .status())
                .isEqualTo(403);
    }

    /** Each is compared with every hash of a key, by a thread that serves all connections. */
    @Test
    void a_request_shows_eight_keys_at_most() throws IOException {
        String wrong =
                IntStream.range(0, 8).mapToObj(i -> "x-api-key: wrong-" + i).collect(Collectors.joining("\r\n"));
        String body = "{\"model\":\"cheap\"," + HI + "}";
        assertThat(post("/v1/chat/completions", body, wrong, "x-goog-api-key: of-high")
                        .status())
                .isEqualTo(401);
        assertThat(post("/v1/chat/completions", body, "x-api-key: wrong", "x-goog-api-key: of-high")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://localhost HTTP/1.1",
                "GET ?key=of-high HTTP/1.1",
                "GET http://localhost?x HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "GET http:///v1/models HTTP/1.1",
                "GET //[::1]/v1/models HTTP/1.1",
                "GET /v1/models# HTTP/1.1"
            })
    void a_request_line_without_a_path_is_an_error_of_the_client(String line) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            RawHttp.Answer answer =
                    client.send(line + "\r\nHost: localhost\r\n\r\n").read();
            assertThat(answer == null ? 400 : answer.status()).isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/realtime?model=gold", "/v1/responses", "/v1/chat/completions", "/v1/files"})
    void a_web_socket_is_not_opened(String path) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            int status = client.send("GET " + path
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Authorization: Bearer of-low\r\n\r\n")
                    .read()
                    .status();
            assertThat(status).isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void a_header_does_not_change_the_method(String header) throws IOException {
        RawHttp.Answer answer =
                RawHttp.get(gateway.port(), "/v1/files", "Authorization: Bearer of-high", header + ": DELETE");
        assertThat(provider.requests()).allMatch(sent -> sent.method().equals("GET"));
        assertThat(provider.requests()).noneMatch(sent -> sent.headers().containsKey(header));
        assertThat(answer.status()).isLessThan(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Path"})
    void a_header_does_not_change_the_path(String header) throws IOException {
        RawHttp.Answer answer =
                RawHttp.get(gateway.port(), "/v1/models", "Authorization: Bearer of-low", header + ": /v1/files");
        assertThat(answer.body()).contains("cheap").doesNotContain("gold");
        assertThat(provider.requests()).isEmpty();
    }

    /** What a provider says in a header reaches a client as one header or not at all. */
    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "a\u007fb", "caf\u00e9", "\u0000"})
    void a_providers_header_that_is_none_breaks_no_answer(String value) throws IOException {
        provider.behave(call -> call.answer(200, "audio/mpeg", "sound", "Content-Disposition", "x; y=" + value));
        RawHttp.Answer answer =
                post("/v1/audio/speech", "{\"model\":\"cheap\",\"input\":\"hi\"}", "Authorization: Bearer of-low");
        // A zero in a header is no HTTP, and another provider would be asked.
        assertThat(answer.status()).isIn(value.equals("\u0000") ? 503 : 200, 200);
        provider.behave(call -> call.answer(
                200,
                "application/json",
                FakeProvider.Call.completionBody("x"),
                "x-ratelimit-limit-requests",
                "1" + value));
        assertThat(post("/v1/chat/completions", "{\"model\":\"cheap\"," + HI + "}", "Authorization: Bearer of-low")
                        .status())
                .isIn(value.equals("\u0000") ? 503 : 200, 200);
    }
}
