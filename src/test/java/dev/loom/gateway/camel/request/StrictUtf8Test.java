package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that a strict and a lenient reader of UTF-8 read in different ways reach nobody. */
class StrictUtf8Test {

    /** Each character a byte: longer forms, halves of pairs, beyond the last character, cut off, out of place. */
    private static final List<String> MALFORMED = List.of(
            "\u00c1\u00ac",
            "\u00c0\u00b1",
            "\u00e0\u0081\u00ac",
            "\u00f0\u0080\u0081\u00ac",
            "\u00ed\u00a0\u0080",
            "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
            "\u00f4\u0090\u0080\u0080",
            "\u00f5\u0080\u0080\u0080",
            "\u00c3",
            "\u0080");

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(TestGateway.providers("", provider)
                + "server: {api_keys: [{key: of-ann, name: ann, models: [gpt-4]}]}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static Answer post(int port, String path, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: of-ann\r\n"
                + "Content-Type: " + type + "\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        try (RawHttp client = new RawHttp(port)) {
            return client.send(head).send(bytes).read();
        }
    }

    private static Answer json(String path, String body) throws IOException {
        return post(gateway.port(), path, "application/json", body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/embeddings",
                "/v1/completions",
                "/v1/responses",
                "/v1/responses/input_tokens",
                "/v1/messages",
                "/v1/messages/count_tokens",
                "/v1beta/models/gpt-4:generateContent",
                "/v1beta/models/gpt-4:countTokens",
                "/v1/images/generations",
                "/v1/moderations"
            })
    void a_body_that_is_not_utf_8_is_400_on_every_path(String path) throws IOException {
        for (String bad : MALFORMED) {
            for (String body : List.of(
                    "{\"model\":\"gpt-4\",\"mode" + bad + "\":\"gpt-5\",\"prompt\":\"x\",\"input\":\"x\"}",
                    "{\"model\":\"gpt-4\",\"prompt\":\"x" + bad + "\",\"input\":\"x\"}",
                    "{\"model\":\"gpt-4\",\"a\":\"" + "\u00c3\u00a9".repeat(3000) + bad + "\"}")) {
                Answer refused = json(path, body);
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).contains("The request body must be UTF-8.");
            }
        }
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void so_it_is_on_the_admin_port() throws IOException {
        for (String bad : MALFORMED) {
            String body = "{\"mode" + bad + "\":\"gpt-4\",\"messages\":[]}";
            Answer refused = post(gateway.adminPort(), "/ai/route/explain", "application/json", body);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("UTF-8");
            assertThat(post(gateway.adminPort(), "/jolokia/", "application/json", body)
                            .body())
                    .contains("UTF-8");
        }
    }

    @Test
    void nor_may_the_model_of_a_form_be_anything_else() throws IOException {
        for (String bad : MALFORMED) {
            String form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4" + bad + "\r\n--b--\r\n";
            Answer refused = post(gateway.port(), "/v1/audio/transcriptions", "multipart/form-data; boundary=b", form);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("\"code\":\"invalid_form\"", "UTF-8");
            String named = form.replace("\"model\"", "\"mode" + bad + "\"");
            assertThat(post(gateway.port(), "/v1/audio/transcriptions", "multipart/form-data; boundary=b", named)
                            .status())
                    .isEqualTo(400);
        }
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void every_character_that_there_is_passes() throws IOException {
        String all = new String("é€😀\uFFFF\uD7FF\uE000".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String body =
                "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"" + all.repeat(3000) + "\"}]}";
        assertThat(json("/v1/chat/completions", body).status()).isEqualTo(200);
        provider.requests().clear();
    }
}
