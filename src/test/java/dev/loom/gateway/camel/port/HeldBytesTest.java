package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held for clients has a bound, whichever side sends, and is given back when they have it or have left. */
class HeldBytesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BIG = chat("gpt-4", false).replace("hello", "y".repeat(1_000_000));

    private static Memory memory(TestGateway gateway) {
        return gateway.camel().getRegistry().lookupByNameAndType("loomMemory", Memory.class);
    }

    private static TestGateway start(FakeProvider provider, String server) {
        return TestGateway.start(TestGateway.providers("", provider) + "server: {" + server + "}\n");
    }

    private static String head(int length) {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + length + "\r\n\r\n";
    }

    private static RawHttp ask(TestGateway gateway, String body) throws IOException {
        return new RawHttp(gateway.port()).send(head(body.length()) + body);
    }

    private static void closeAll(List<RawHttp> clients) throws IOException {
        for (RawHttp client : clients) {
            client.close();
        }
    }

    /** Streams for ever; counts what the gateway has taken of it. */
    private static FakeProvider endless(AtomicLong sent) {
        String text = "x".repeat(16_000);
        return new FakeProvider(call -> {
            if (!call.request().body().contains("\"stream\":true")) {
                call.completion("fine");
                return;
            }
            call.startStream();
            while (true) {
                call.content(text);
                sent.addAndGet(text.length());
            }
        });
    }

    @Test
    void clients_that_stop_to_read_a_stream_stop_their_providers_and_hold_256_kb_each() throws IOException {
        AtomicLong sent = new AtomicLong();
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = endless(sent);
                TestGateway gateway = start(provider, "memory: 100MB")) {
            for (int i = 0; i < 10; i++) {
                clients.add(ask(gateway, chat("gpt-4", true)));
            }
            await("every stream to be full")
                    .atMost(SOON)
                    .until(() -> memory(gateway).held() > clients.size() * 256L * 1024);
            await("the providers to be stopped").atMost(SOON).until(() -> {
                long before = sent.get();
                assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
                return sent.get() == before;
            });
            assertThat(memory(gateway).held()).isLessThan(clients.size() * 320L * 1024);
            closeAll(clients);
            await("all to be given back")
                    .atMost(SOON)
                    .until(() -> memory(gateway).held() == 0 && provider.connections() <= 1);
        }
    }

    @Test
    void where_all_memory_is_held_each_stream_goes_on_with_what_its_client_has_taken() throws IOException {
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = endless(new AtomicLong());
                TestGateway gateway = start(provider, "memory: 4MB")) {
            for (int i = 0; i < 20; i++) {
                clients.add(ask(gateway, chat("gpt-4", true)));
            }
            await("the memory to be full")
                    .atMost(SOON)
                    .until(() -> memory(gateway).held() > 3_500_000);
            assertThat(memory(gateway).held()).isLessThan(20 * 200L * 1024);
            for (RawHttp client : clients) {
                assertThat(client.readHead()).contains("200 OK");
            }
        } finally {
            closeAll(clients);
        }
    }

    @Test
    void bodies_that_do_not_fit_together_are_429_before_they_are_read_and_the_small_are_served() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(2);
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = new FakeProvider(call -> {
                    if (call.request().body().length() > 100_000) {
                        arrived.countDown();
                        later.await();
                    }
                    call.completion("fine");
                });
                TestGateway gateway = start(provider, "memory: 5MB")) {
            clients.add(ask(gateway, BIG));
            clients.add(ask(gateway, BIG));
            arrived.await();
            assertThat(memory(gateway).held()).isBetween(4_000_000L, 4_200_000L);
            for (int i = 0; i < 5; i++) {
                try (RawHttp refused = new RawHttp(gateway.port()).send(head(BIG.length()))) {
                    Answer answer = refused.read();
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                    assertThat(answer.body()).contains("server.memory", "\"code\":\"overloaded\"");
                    assertThat(refused.isClosed()).isTrue();
                }
            }
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            later.countDown();
            for (RawHttp client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            await().atMost(SOON).until(() -> memory(gateway).held() == 0);
            assertThat(ask(gateway, BIG).read().status()).isEqualTo(200);
        } finally {
            later.countDown();
            closeAll(clients);
        }
    }

    @Test
    void a_body_whose_tree_takes_many_times_its_length_counts_so() throws IOException {
        String objects = chat("gpt-4", false).replace("\"hello\"", "[" + "{},".repeat(100_000) + "{}]");
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 10MB");
                RawHttp refused = ask(gateway, objects);
                RawHttp served = ask(gateway, BIG)) {
            Answer answer = refused.read();
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body()).contains("server.memory");
            assertThat(served.read().status()).isEqualTo(200);
            assertThat(provider.requests()).hasSize(1);
        }
    }

    @Test
    void a_body_that_could_never_fit_is_413() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 2MB");
                RawHttp client = new RawHttp(gateway.port()).send(head(BIG.length()))) {
            Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("server.memory");
        }
    }

    @Test
    void events_without_an_end_count_and_are_a_transient_failure_where_they_do_not_fit() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        List<RawHttp> clients = new ArrayList<>();
        FakeProvider.Behaviour behaviour = call -> {
            call.startStream();
            call.write("data: " + "x".repeat(2_000_000));
            rest.await();
        };
        try (FakeProvider hostile = new FakeProvider(behaviour);
                FakeProvider next = FakeProvider.saying("fine");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", hostile, next) + "server: {memory: 10MB}\n")) {
            clients.add(ask(gateway, chat("gpt-4", true)));
            clients.add(ask(gateway, chat("gpt-4", true)));
            await("two events").atMost(SOON).until(() -> memory(gateway).held() >= 8_000_000);
            assertThat(gateway.chat(chat("gpt-4", true)).body()).contains("fine");
            rest.countDown();
            closeAll(clients);
            await().atMost(SOON).until(() -> memory(gateway).held() == 0);
        } finally {
            rest.countDown();
        }
    }

    @Test
    void a_body_in_chunks_is_429_as_soon_as_it_does_not_fit() throws IOException {
        String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 1MB");
                RawHttp client = new RawHttp(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(20));
            assertThat(client.read().status()).isEqualTo(429);
            assertThat(client.isClosed()).isTrue();
            assertThat(memory(gateway).held()).isZero();
        }
    }

    @Test
    void a_body_whose_client_leaves_or_falls_silent_is_given_back() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 5MB, body_timeout: 300ms")) {
            RawHttp leaving = new RawHttp(gateway.port()).send(head(BIG.length()) + BIG.substring(0, 500_000));
            await().atMost(SOON).until(() -> memory(gateway).held() >= 500_000);
            leaving.close();
            await().atMost(SOON).until(() -> memory(gateway).held() == 0);
            try (RawHttp silent = new RawHttp(gateway.port()).send(head(BIG.length()) + BIG.substring(0, 500_000))) {
                assertThat(silent.read().status()).isEqualTo(408);
                assertThat(memory(gateway).held()).isZero();
            }
        }
    }

    @Test
    void an_answer_that_does_not_fit_is_a_transient_failure_without_blame_and_the_next_provider_answers() {
        FakeProvider.Behaviour endless = call -> {
            call.start(200, java.util.Map.of("Content-Type", "application/json"));
            call.write("{\"id\":\"");
            while (true) {
                call.write("x".repeat(1 << 16));
            }
        };
        try (FakeProvider hostile = new FakeProvider(endless);
                FakeProvider next = FakeProvider.saying("fine");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", hostile, next) + "server: {memory: 2MB}\n")) {
            for (int i = 1; i <= 8; i++) {
                assertThat(gateway.chat(chat("gpt-4", false)).body()).contains("fine");
                assertThat(gateway.stats("a").at("/errors/transient").asInt()).isEqualTo(i);
            }
            assertThat(gateway.stats("a").at("/circuit_breaker/state").asText())
                    .as("no provider is to blame")
                    .isEqualTo("closed");
            await().atMost(SOON).until(() -> memory(gateway).held() == 0);
        }
    }

    @Test
    void an_answer_counts_until_its_client_has_taken_it() throws IOException {
        String answer = FakeProvider.Call.completionBody("z".repeat(20_000_000));
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, answer));
                TestGateway gateway = start(provider, "memory: 200MB");
                RawHttp client = ask(gateway, chat("gpt-4", false))) {
            await("the answer to wait for its client").atMost(SOON).until(() -> {
                assertThat(gateway.get(gateway.adminUrl() + "/live").statusCode())
                        .isEqualTo(200);
                return gateway.admin("/ai/providers")
                                        .at("/providers/0/in_flight")
                                        .asInt()
                                == 0
                        && memory(gateway).held() >= 20_000_000
                        && memory(gateway).held() < 21_000_000;
            });
            assertThat(client.read().body()).hasSizeGreaterThan(20_000_000);
            await().atMost(SOON).until(() -> memory(gateway).held() == 0);
        }
    }

    /** Answered by a worker, by the event loop at once, and by nobody but the port. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "GET /v1/models/gpt-4", "HEAD /", "GET /unknown"})
    void requests_that_are_sent_without_reading_are_not_read_without_end(String line) throws IOException {
        byte[] requests =
                (line + " HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(2000).getBytes();
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 5MB");
                SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", gateway.port()))) {
            client.configureBlocking(false);
            long sent = 0;
            int refusals = 0;
            while (refusals < 20) {
                int written = client.write(ByteBuffer.wrap(requests));
                sent += written;
                refusals = written == 0 ? refusals + 1 : 0;
                if (written == 0) {
                    assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
                }
                assertThat(sent).as("bytes that somebody reads").isLessThan(24L << 20);
            }
        }
    }

    /** The event loop answers them at once, so that there is always one of which nobody waits for the answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"})
    void requests_that_come_faster_than_they_are_answered_wait_with_their_client(String request) throws Exception {
        byte[] requests = request.repeat(2000).getBytes(StandardCharsets.US_ASCII);
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 5MB");
                SocketChannel client = SocketChannel.open(new InetSocketAddress(
                        "127.0.0.1", request.startsWith("HEAD") ? gateway.port() : gateway.adminPort()))) {
            client.configureBlocking(false);
            ByteBuffer out = ByteBuffer.wrap(requests);
            ByteBuffer in = ByteBuffer.allocate(64 << 10);
            long sent = 0;
            long answered = 0;
            long before = direct();
            while (answered < 100_000) {
                out.position((int) (sent % requests.length));
                sent += client.write(out);
                answered += answers(client, in);
                assertThat(direct() - before)
                        .as("bytes outside of the heap, after " + sent + " sent and " + answered + " answers")
                        .isLessThan(24L << 20);
            }
        }
    }

    /** Else the connection's end would be a reset, which can reach the client before the answer. */
    @Test
    void what_is_sent_behind_the_last_request_is_thrown_away() throws Exception {
        byte[] more = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .repeat(20_000)
                .getBytes(StandardCharsets.US_ASCII);
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = start(provider, "memory: 5MB");
                RawHttp client = new RawHttp(gateway.port())) {
            client.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            // More than the buffers of both sockets hold.
            for (int i = 0; i < 64; i++) {
                client.send(more);
            }
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static int answers(SocketChannel client, ByteBuffer in) throws IOException {
        client.read(in.clear());
        int answers = 0;
        for (int i = 0; i + 4 < in.position(); i++) {
            answers += in.get(i) == 'T' && in.get(i + 1) == 'P' && in.get(i + 2) == '/' && in.get(i + 3) == '1' ? 1 : 0;
        }
        return answers;
    }
}
