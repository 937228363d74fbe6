package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Streams as clients see them, event by event. Long, because each way in which a stream can end is a test of its own. */
class StreamingTest {

    @Test
    void each_event_reaches_the_client_before_the_provider_sends_the_next() throws Exception {
        CyclicBarrier step = new CyclicBarrier(2);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    for (int i = 0; i < 5; i++) {
                        call.content("token" + i);
                        await(step);
                    }
                    call.chunk("{}", "stop");
                    call.done();
                });
                TestGateway gateway = TestGateway.over(a);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            assertThat(client.head())
                    .contains(
                            "HTTP/1.1 200",
                            "Content-Type: text/event-stream",
                            "Cache-Control: no-cache",
                            "X-Accel-Buffering: no");
            for (int i = 0; i < 5; i++) {
                assertThat(client.nextEvent()).contains("token" + i);
                await(step);
            }
            assertThat(client.nextEvent()).contains("\"finish_reason\":\"stop\"");
            assertThat(client.nextEvent()).isEqualTo("data: [DONE]");
        }
    }

    @Test
    void the_connection_of_a_stream_is_used_again() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("hi");
                    call.chunk("{}", "stop");
                    call.event("[DONE]");
                    // The end of the body comes on its own, a little later.
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    call.endStream();
                });
                TestGateway gateway = TestGateway.over(a)) {
            for (int i = 0; i < 5; i++) {
                assertThat(gateway.chat(chat("gpt-4", true)).body()).endsWith("data: [DONE]\n\n");
                Awaitility.await().until(() -> a.idle() == 1);
                // The gateway has to read the end as well, before the next request asks for a connection.
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            assertThat(a.accepted()).isEqualTo(1);
        }
    }

    @Test
    void an_upstream_that_does_not_end_after_its_last_event_is_not_waited_for() {
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("hi");
                    call.chunk("{}", "stop");
                    call.event("[DONE]");
                    call.awaitClosed(closed);
                });
                TestGateway gateway = TestGateway.over(a)) {
            assertThat(gateway.chat(chat("gpt-4", true)).body()).endsWith("data: [DONE]\n\n");
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> closed.getCount() == 0);
            assertThat(gateway.stats("a").path("successes").asInt()).isEqualTo(1);
        }
    }

    @Test
    void an_event_leaves_in_one_segment() throws Exception {
        try (FakeProvider a = FakeProvider.saying("x".repeat(1000));
                TestGateway gateway = TestGateway.over(a);
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            client.head();
            assertThat(client.nextHttpChunk()).startsWith("data: ").endsWith("\n\n");
        }
    }

    @Test
    void the_usage_that_the_gateway_asks_for_is_taken_out_again() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("hi");
                    call.chunk("{}", "stop");
                    call.event("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                            + "\"model\":\"fake\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":22,"
                            + "\"total_tokens\":33}}");
                    call.done();
                });
                TestGateway gateway = TestGateway.over(a)) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(a.requests().get(0).body()).contains("\"stream_options\":{\"include_usage\":true}");
            assertThat(response.body()).doesNotContain("prompt_tokens").endsWith("data: [DONE]\n\n");
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers").body())
                    .contains("\"tokens_in\":11", "\"tokens_out\":22");
        }
    }

    @Test
    void a_client_that_leaves_in_mid_stream_closes_the_upstream_within_100_ms() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = FakeProvider.saying("warm");
                TestGateway gateway = TestGateway.over(a)) {
            warmUp(gateway, a);
            a.behave(call -> {
                call.startStream();
                call.content("first");
                call.awaitClosed(closed);
            });
            RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true));
            client.head();
            client.nextEvent();
            client.close();
            assertThat(closed.await(100, MILLISECONDS)).isTrue();
            inFlightReturnsToZero(gateway);
        }
    }

    @Test
    void a_client_that_leaves_before_the_first_byte_closes_the_upstream_within_100_ms() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = FakeProvider.saying("warm");
                TestGateway gateway = TestGateway.over(a)) {
            warmUp(gateway, a);
            a.behave(call -> {
                asked.countDown();
                call.awaitClosed(closed);
            });
            RawClient client = RawClient.post(gateway.port(), chat("gpt-4", false));
            assertThat(asked.await(5, SECONDS)).isTrue();
            client.close();
            assertThat(closed.await(100, MILLISECONDS)).isTrue();
            inFlightReturnsToZero(gateway);
            assertThat(a.requests()).as("a hang-up is not retried").hasSize(2);
        }
    }

    @Test
    void while_one_client_leaves_a_60_s_stream_another_is_answered_at_once() throws Exception {
        AtomicLong events = new AtomicLong();
        try (FakeProvider slow = FakeProvider.saying("warm");
                TestGateway gateway = TestGateway.over(slow)) {
            warmUp(gateway, slow);
            slow.behave(call -> {
                if (!call.request().body().contains("\"stream\":true")) {
                    call.completion("quick");
                    return;
                }
                call.startStream();
                // A stream that would go on for 60 s, were it drained after the client has left.
                long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (System.nanoTime() < end) {
                    call.content("token" + events.incrementAndGet());
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            });
            RawClient leaver = RawClient.post(gateway.port(), chat("gpt-4", true));
            leaver.head();
            leaver.nextEvent();
            leaver.close();
            HttpResponse<String> other = gateway.chat(chat("gpt-4", false));
            assertThat(other.body()).contains("quick");
            inFlightReturnsToZero(gateway);
            assertThat(events.get())
                    .as("events that were sent before the upstream was closed")
                    .isLessThan(100);
        }
    }

    @Test
    void a_slow_client_slows_its_provider_down() throws Exception {
        AtomicLong sent = new AtomicLong();
        String kilobyte = "x".repeat(1000);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    for (int i = 0; i < 200_000; i++) {
                        call.content(kilobyte);
                        sent.incrementAndGet();
                    }
                });
                TestGateway gateway = TestGateway.over(a)) {
            try (RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
                client.head();
                client.nextEvent();
                // The provider comes to a stop long before its 200 MB are out, since nobody reads on.
                AtomicLong before = new AtomicLong(-1);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(300))
                        .until(() -> before.getAndSet(sent.get()) == sent.get());
                assertThat(sent.get()).isLessThan(50_000);
            }
        }
    }

    @Test
    void a_client_that_stops_reading_is_cut_and_its_provider_not_blamed() throws Exception {
        String kilobyte = "x".repeat(1000);
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    try {
                        for (int i = 0; i < 200_000; i++) {
                            call.content(kilobyte);
                        }
                    } finally {
                        closed.countDown();
                    }
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {idle: 500ms}", a));
                RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            client.head();
            client.nextEvent();
            assertThat(closed.await(20, SECONDS)).isTrue();
            inFlightReturnsToZero(gateway);
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers/a/stats").body())
                    .contains("\"errors\":{}", "\"consecutive_failures\":0");
        }
    }

    @Test
    void an_upstream_that_falls_silent_in_mid_stream_ends_with_an_error_event() {
        try (FakeProvider a = new FakeProvider(call -> {
                    call.startStream();
                    call.content("half");
                    call.awaitClosed();
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {idle: 300ms}", a))) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
            assertThat(response.body())
                    .contains("half", "\"code\":\"timeout\"", "fell silent")
                    .doesNotContain("[DONE]");
        }
    }

    private static void warmUp(TestGateway gateway, FakeProvider provider) {
        provider.behave(call -> call.completion("warm"));
        assertThat(gateway.chat(chat("gpt-4", true)).statusCode()).isEqualTo(200);
    }

    private static void inFlightReturnsToZero(TestGateway gateway) {
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> gateway.get(gateway.adminUrl() + "/ai/providers")
                .body()
                .contains("\"in_flight\":0"));
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(10, SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
