package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that was kept waiting in a stream is told in its own language that nobody can answer. */
class LateErrorsTest {

    private static final String BODY = "{\"model\":\"gpt-4\",\"stream\":true,\"max_tokens\":5,%s"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
            + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
    private static final String COMMENT = ": keep-alive\n\n";

    private static String request(String path) {
        String prompt = path.endsWith("/responses") ? "\"input\":\"hi\"," : "\"prompt\":\"hi\",";
        String body = BODY.formatted(prompt);
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n" + body;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions | data: {\"error\":{\"message\":",
                "/v1/completions | data: {\"error\":{\"message\":",
                "/openai/deployments/gpt-4/chat/completions | data: {\"error\":{\"message\":",
                "/v1/responses | event: error;data: {\"type\":\"error\",\"sequence_number\":0,"
                        + "\"code\":\"no_provider_available\",\"message\":",
                "/v1/messages | event: error;data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",",
                "/v1beta/models/gpt-4:streamGenerateContent?alt=sse | data: {\"error\":{\"code\":503,"
            })
    void an_error_after_early_headers_is_an_event_in_the_clients_language(String path, String expected)
            throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
                    call.error(503, "server_error", "overloaded");
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider)
                        + "server: {stream_start_after: 30ms, stream_keep_alive: 30ms}\n");
                RawClient client = RawClient.send(gateway.port(), request(path))) {
            assertThat(client.head()).contains("HTTP/1.1 200", "Content-Type: text/event-stream");
            String sign = client.nextHttpChunk();
            assertThat(sign).isEqualTo(path.startsWith("/v1beta") ? "\r\n" : COMMENT);
            seen.countDown();
            String event = client.nextHttpChunk();
            while (event.equals(sign)) {
                event = client.nextHttpChunk();
            }
            assertThat(event).startsWith(expected.replace(";", "\n")).contains("attempts");
            assertThat(client.nextHttpChunk()).as("the end").isEmpty();
        }
    }

    /** White space may stand before a JSON array, and within it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_client_that_reads_an_array_gets_white_space_and_then_its_answer_or_a_late_error(boolean good)
            throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
                    if (good) {
                        call.completion("at last");
                    } else {
                        call.error(503, "server_error", "overloaded");
                    }
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider)
                        + "server: {stream_start_after: 30ms, stream_keep_alive: 30ms}\n");
                RawClient array =
                        RawClient.send(gateway.port(), request("/v1beta/models/gpt-4:streamGenerateContent"))) {
            assertThat(array.head()).contains("HTTP/1.1 200", "Content-Type: application/json");
            assertThat(array.nextHttpChunk()).isEqualTo("\r\n");
            seen.countDown();
            StringBuilder whole = new StringBuilder();
            for (String chunk = array.nextHttpChunk(); !chunk.isEmpty(); chunk = array.nextHttpChunk()) {
                whole.append(chunk);
            }
            JsonNode answers = Json.lenient(whole.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(answers.isArray()).as(whole.toString()).isTrue();
            assertThat(answers.at(good ? "/0/candidates/0/content/parts/0/text" : "/0/error/status")
                            .asText())
                    .as(whole.toString())
                    .isEqualTo(good ? "at last" : "UNAVAILABLE");
        }
    }
}
