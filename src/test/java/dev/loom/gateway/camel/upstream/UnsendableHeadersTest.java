package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider writes into its headers and HTTP does not allow is left out, and costs nobody the answer. */
class UnsendableHeadersTest {

    private static final List<String> BAD =
            List.of("a\u001b[31mb", "a\u0000b", "a\u0007b", "a\u007fb", "a\u000bb", "\u0001a", "a\u0085b", "\u202eab");

    private static final String ASKED = "{\"model\":\"gpt-4\",\"input\":\"hi\"}";

    private static final Map<String, String> ANSWERS = Map.of(
            "/v1/audio/speech",
            "sound",
            "/v1/moderations",
            "{\"id\":\"modr_1\"}",
            "/v1/responses",
            "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[]}",
            "/v1/chat/completions",
            FakeProvider.Call.completionBody("hi"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-request-id",
                "request-id",
                "x-ratelimit-limit-requests",
                "x-ratelimit-reset-requests",
                "anthropic-ratelimit-x",
                "openai-processing-ms",
                "Content-Disposition",
                "Content-Type"
            })
    void the_answer_goes_out_without_them(String header) throws IOException {
        AtomicReference<String> value = new AtomicReference<>();
        try (CapturedLog log = new CapturedLog();
                FakeProvider provider = new FakeProvider(call -> {
                    String body = ANSWERS.get(call.request().path());
                    String type = header.equals("Content-Type")
                            ? ""
                            : "Content-Type: " + (body.equals("sound") ? "audio/mpeg" : "application/json") + "\r\n";
                    call.raw("HTTP/1.1 200 X\r\n" + type + header + ": " + value + "\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body);
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider)
                        .replace("[gpt-4]", "[{name: gpt-4, surfaces: [chat, responses, audio, moderations]}]"))) {
            for (String bad : BAD) {
                value.set(bad);
                for (String path : ANSWERS.keySet()) {
                    String asked = path.contains("chat") ? TestGateway.chat("gpt-4", false) : ASKED;
                    RawHttp.Answer got = RawHttp.post(gateway.port(), path, asked);
                    assertThat(got.status()).as("%s %s", path, got.body()).isEqualTo(200);
                    assertThat(got.headers().values())
                            .noneMatch(sent -> sent.chars().anyMatch(c -> c < 0x20 || c == 0x7f));
                }
            }
            assertThat(log.events()).noneMatch(event -> event.getThrown() != null);
            assertThat(gateway.admin("/ai/requests").toString()).doesNotContain("transient");
            assertThat(provider.requests()).hasSize(BAD.size() * ANSWERS.size());
        }
    }
}
