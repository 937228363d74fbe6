package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void an_error_that_comes_late_is_an_event_of_the_clients_language(String path, String expected) throws Exception {
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

    /** The other client's sign of life tells that the time for one is over. */
    @Test
    void a_client_that_reads_an_array_gets_a_late_error_as_an_answer_of_its_own() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
                    call.error(503, "server_error", "overloaded");
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider)
                        + "server: {stream_start_after: 30ms, stream_keep_alive: 30ms}\n");
                RawClient array =
                        RawClient.send(gateway.port(), request("/v1beta/models/gpt-4:streamGenerateContent"));
                RawClient events = RawClient.send(gateway.port(), request("/v1/chat/completions"))) {
            events.head();
            assertThat(events.nextHttpChunk()).isEqualTo(COMMENT);
            seen.countDown();
            assertThat(array.head()).contains("HTTP/1.1 503", "Content-Type: application/json");
        }
    }
}
