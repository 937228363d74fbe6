package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves in mid-stream pays for what it got, whatever language it speaks. */
class HangUpsInEveryLanguageTest {

    /** Characters: 100 tokens. */
    private static final String TEXT = "x".repeat(400);

    private static String request(String path) {
        String prompt = path.endsWith("/responses") ? "\"input\":\"hi\"," : "\"prompt\":\"hi\",";
        String body = "{\"model\":\"gpt-4\",\"stream\":true,\"max_tokens\":5," + prompt
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/completions",
                "/v1/responses",
                "/v1/messages",
                "/v1beta/models/gpt-4:streamGenerateContent?alt=sse",
                "/v1beta/models/gpt-4:streamGenerateContent",
                "/openai/deployments/gpt-4/chat/completions"
            })
    void tokens_and_cost_are_counted_as_far_as_the_answer_came(String path) throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.startStream();
                    call.content(TEXT);
                    call.awaitClosed();
                });
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("cost: {input_per_1k: 1, output_per_1k: 10}", provider))) {
            try (RawClient client = RawClient.send(gateway.port(), request(path))) {
                client.head();
                while (!client.nextHttpChunk().contains(TEXT)) {}
            }
            await().until(() -> gateway.stats("a").path("in_flight").asInt() == 0);

            JsonNode stats = gateway.stats("a");
            assertThat(stats.at("/tokens/output").asInt()).isEqualTo(100);
            int input = stats.at("/tokens/input").asInt();
            assertThat(input).isPositive();
            assertThat(stats.path("cost_usd").asDouble()).isEqualTo((input + 1000) / 1000.0);
            assertThat(stats.path("errors")).isEmpty();
            JsonNode last = gateway.admin("/ai/requests").at("/requests/0");
            assertThat(last.at("/tokens/output").asInt()).isEqualTo(100);
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_hangups_total{provider=\"a\"} 1.0");
        }
    }
}
