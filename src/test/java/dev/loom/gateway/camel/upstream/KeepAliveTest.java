package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A client that waits for a stream is told that it is not forgotten, before the first content and after it. */
class KeepAliveTest {

    private static final String SIGN = ": keep-alive";
    private static final String EARLY = "server: {stream_start_after: 30ms, stream_keep_alive: 30ms}\n";
    private static final String LATE = "server: {stream_start_after: 0s, stream_keep_alive: 20ms}\n";

    private final CountDownLatch seen = new CountDownLatch(1);

    private void untilSeen() throws InterruptedException {
        assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private Behaviour silentUntilSeen(Behaviour then) {
        return call -> {
            untilSeen();
            then.serve(call);
        };
    }

    private static void overloaded(Call call) throws IOException {
        call.error(503, "server_error", "overloaded");
    }

    private static JsonNode data(String event) {
        return Json.lenient(event.replaceFirst("^data: ", "").getBytes(StandardCharsets.UTF_8));
    }

    /** Past signs of life and the prologue. */
    private static String nextWords(RawClient client) throws IOException {
        String event = client.nextEvent();
        while (event.equals(SIGN) || event.contains("\"role\"")) {
            event = client.nextEvent();
        }
        return event;
    }

    private static TestGateway start(String server, FakeProvider... providers) {
        return TestGateway.start(TestGateway.providers("", providers) + server);
    }

    @Test
    void in_a_silence_after_the_first_content_the_client_gets_comments() throws Exception {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("one");
                    untilSeen();
                    call.content("two");
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway = start(LATE, a);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            assertThat(client.head()).contains("x-loom-provider: a");
            assertThat(client.nextEvent()).contains("one");
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            seen.countDown();
            assertThat(nextWords(client)).contains("two");
            assertThat(nextWords(client)).contains("\"stop\"");
            assertThat(nextWords(client)).isEqualTo("data: [DONE]");
        }
    }

    @Test
    void headers_are_sent_if_there_is_no_content_for_long() throws Exception {
        try (FakeProvider a = new FakeProvider(silentUntilSeen(call -> call.completion("at last")));
                TestGateway gateway = start(EARLY, a);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            assertThat(client.head())
                    .contains(
                            "HTTP/1.1 200",
                            "Content-Type: text/event-stream",
                            "X-Accel-Buffering: no",
                            "x-request-id: ")
                    .doesNotContain("x-loom-provider");
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            seen.countDown();
            assertThat(nextWords(client)).contains("at last");
        }
    }

    @Test
    void another_provider_can_still_answer_after_early_headers() throws Exception {
        try (FakeProvider a = new FakeProvider(silentUntilSeen(KeepAliveTest::overloaded));
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = start(EARLY, a, b);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            assertThat(client.head()).contains("HTTP/1.1 200");
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            seen.countDown();
            assertThat(nextWords(client)).contains("from b");
            assertThat(gateway.stats("a").at("/errors/transient").asInt()).isEqualTo(1);
        }
    }

    @Test
    void a_stream_that_breaks_before_its_content_still_goes_to_another_provider() throws Exception {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.write(": PROCESSING\n\n");
                    untilSeen();
                    call.cut();
                });
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = start(EARLY, a, b);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            client.head();
            seen.countDown();
            assertThat(nextWords(client)).contains("from b");
        }
    }

    @Test
    void a_final_failure_after_early_headers_is_an_error_event_and_its_status_is_logged() throws Exception {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = new FakeProvider(silentUntilSeen(KeepAliveTest::overloaded));
                TestGateway gateway = start(EARLY, a);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            client.head();
            assertThat(client.nextEvent()).isEqualTo(SIGN);
            seen.countDown();
            String last = nextWords(client);
            assertThat(data(last).at("/error/type").asText()).isEqualTo("server_error");
            Awaitility.await().until(() -> client.nextHttpChunk().isEmpty());
            assertThat(log.text()).contains("status=503").doesNotContain("after the answer had gone out");
        }
    }

    @Test
    void openais_client_throws_what_the_event_says() {
        try (FakeProvider a = new FakeProvider(call -> {
                    Awaitility.await().until(() -> seen.getCount() == 0);
                    call.error(400, "invalid_request_error", "string_too_long");
                });
                TestGateway gateway = start(EARLY, a);
                StreamResponse<ChatCompletionChunk> stream = gateway.openAi()
                        .chat()
                        .completions()
                        .createStreaming(ChatCompletionCreateParams.builder()
                                .model("gpt-4")
                                .addUserMessage("Hi")
                                .build())) {
            seen.countDown(); // The client returns with the headers, which are early here.
            assertThatThrownBy(() -> stream.stream().toList()).hasMessageContaining("fake 400");
        }
    }

    @Test
    void a_client_that_leaves_while_it_waits_is_noticed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> call.awaitClosed(closed));
                TestGateway gateway = start(EARLY, a)) {
            try (RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
                client.head();
            }
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(
                            gateway.stats("a").path("in_flight").asInt())
                    .isZero());
            assertThat(gateway.stats("a").path("errors")).isEmpty();
        }
    }

    /** The comments of the other stream show that time goes by. */
    @Test
    void switched_off_nothing_goes_out_before_the_content() throws Exception {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.request().body().contains("\"chatty\"")) {
                        call.startStream();
                        call.content("one");
                        call.awaitClosed();
                    } else {
                        silentUntilSeen(KeepAliveTest::overloaded).serve(call);
                    }
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", a).replace("[gpt-4]", "[gpt-4, chatty]") + LATE);
                RawClient waiting = RawClient.post(gateway.port(), chat("gpt-4", true));
                RawClient other = RawClient.post(gateway.port(), chat("chatty", true))) {
            Awaitility.await().until(() -> a.requests().size() == 2);
            other.head();
            assertThat(other.nextEvent()).contains("one");
            for (int i = 0; i < 5; i++) {
                assertThat(other.nextEvent()).isEqualTo(SIGN);
            }
            seen.countDown();
            assertThat(waiting.head()).contains("HTTP/1.1 503");
        }
    }

    @Test
    void a_whole_answer_is_waited_for_in_silence() throws Exception {
        try (FakeProvider a = new FakeProvider(KeepAliveTest::overloaded);
                TestGateway gateway = start("server: {stream_start_after: 1ms, stream_keep_alive: 1ms}\n", a)) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(503);
        }
    }
}
