package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.request.NextCandidate;
import dev.loom.gateway.camel.upstream.Relay;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hundreds of clients that leave when they like: no permit, connection or thread stays behind. */
class HangUpsUnderLoadTest {

    private static final int CLIENTS = 200;
    private static final long SEED = 20_240_501;
    /** Of a stream that comes to its end, the last of them {@code [DONE]}. */
    private static final int EVENTS = 27;

    /** Clients of at least this patience, in ticks or events, stay until they have their answer. */
    private static final int STAYS = 36;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The provider's time between two events, and the clients' unit of patience. */
    private static final Duration TICK = Duration.ofMillis(10);

    private final FakeProvider a = FakeProvider.saying("warm");
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    @AfterEach
    void stop() {
        clients.shutdownNow();
        a.close();
    }

    @Test
    void clients_that_leave_at_any_moment_leave_nothing_behind() {
        String limits = "rate_limit: {requests_per_minute: 100000, tokens_per_minute: 100000000,"
                + " concurrent_requests: " + 2 * CLIENTS + "}";
        try (TestGateway gateway = TestGateway.start(providers(limits, a))) {
            warmUp(gateway);
            a.behave(HangUpsUnderLoadTest::untilNobodyListens);
            storm(gateway, new Random(SEED), STAYS);
            nothingIsHeld(gateway);
            Awaitility.await("every connection was cut").atMost(PATIENCE).until(() -> a.connections() == 0);

            assertThat(hangUps(gateway))
                    .as("hang-ups that hit a call under way")
                    .isGreaterThan(CLIENTS / 4);

            a.behave(HangUpsUnderLoadTest::forAWhile);
            storm(gateway, new Random(SEED + 1), STAYS + 6);
            nothingIsHeld(gateway);
            everyConnectionIsFree(gateway);
            assertThat(gateway.stats("a").path("errors").isEmpty())
                    .as("leaving is nobody's failure")
                    .isTrue();
        }
    }

    /** Else most clients would have left before this Java had compiled what serves them. */
    private void warmUp(TestGateway gateway) {
        a.behave(call -> call.json(200, FakeProvider.Call.completionBody("warm"), "Connection", "close"));
        for (int i = 0; i < 50; i++) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        }
    }

    /** Each client asks for a stream or a whole answer, waits or reads for a random while, and is gone; the most patient stay. */
    private void storm(TestGateway gateway, Random random, int mostPatience) {
        CompletableFuture<?>[] visits = random.ints(CLIENTS, 0, mostPatience)
                .mapToObj(patience -> {
                    boolean stream = random.nextInt(4) > 0;
                    return CompletableFuture.runAsync(() -> visit(gateway, stream, patience), clients);
                })
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(visits).orTimeout(60, SECONDS).join();
    }

    private static void visit(TestGateway gateway, boolean stream, int patience) {
        try (RawClient client = RawClient.post(gateway.port(), chat("gpt-4", stream))) {
            if (patience < STAYS && (!stream || patience % 2 == 0)) {
                LockSupport.parkNanos(patience * TICK.toNanos());
                return;
            }
            client.head();
            for (int i = 0; stream && i < Math.min(patience, EVENTS); i++) {
                client.nextEvent();
            }
            if (stream && patience >= STAYS) {
                assertThat(client.nextHttpChunk()).isEmpty();
            }
        } catch (IOException e) {
            throw new IllegalStateException("The gateway broke off the answer", e);
        }
    }

    /** Goes on until the gateway closes the connection; only that ends it. */
    private static void untilNobodyListens(FakeProvider.Call call) throws IOException {
        if (isStream(call)) {
            call.startStream();
            while (true) {
                call.content("x");
                LockSupport.parkNanos(TICK.toNanos());
            }
        }
        call.awaitClosed();
    }

    /** Comes to its end at about the time at which the clients lose their patience. */
    private static void forAWhile(FakeProvider.Call call) throws IOException {
        if (isStream(call)) {
            call.startStream();
            for (int i = 0; i < EVENTS - 2; i++) {
                call.content("x");
                LockSupport.parkNanos(TICK.toNanos());
            }
            call.chunk("{}", "stop");
            call.done();
        } else {
            LockSupport.parkNanos(20 * TICK.toNanos());
            call.completion("x");
        }
    }

    private static boolean isStream(FakeProvider.Call call) {
        return call.request().body().contains("\"stream\":true");
    }

    private static void nothingIsHeld(TestGateway gateway) {
        Awaitility.await("every attempt has ended")
                .atMost(PATIENCE)
                .until(() -> gateway.stats("a").path("in_flight").asInt() == 0);
        JsonNode limits = gateway.stats("a").path("limits");
        assertThat(limits.path("concurrent_requests").path("remaining").asInt()).isEqualTo(2 * CLIENTS);
        Awaitility.await("no thread is still at work for a client")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threadsAtWork()).isEmpty());
    }

    private static int hangUps(TestGateway gateway) {
        String metrics = gateway.get(gateway.adminUrl() + "/metrics").body();
        String line = metrics.lines()
                .filter(series -> series.startsWith("loom_ai_hangups_total"))
                .findFirst()
                .orElseThrow();
        return (int) Double.parseDouble(line.substring(line.lastIndexOf(' ')));
    }

    /** Threads within the gateway's own code or its HTTP client; on virtual threads there are none to be seen. */
    private static List<String> threadsAtWork() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> Arrays.stream(thread.getValue())
                        .map(StackTraceElement::getClassName)
                        .anyMatch(name -> name.equals(Relay.class.getName())
                                || name.equals(NextCandidate.class.getName())
                                || name.startsWith("org.apache.hc.client5.http.impl.classic")))
                .map(thread -> thread.getKey().getName())
                .toList();
    }

    /** As many requests at once as there are connections find one each, so that none is lost. */
    private void everyConnectionIsFree(TestGateway gateway) {
        Awaitility.await("the provider has ended its answers")
                .atMost(PATIENCE)
                .until(() -> a.idle() == a.connections());
        int connections = a.connections();
        assertThat(connections).as("some clients stayed to the end").isPositive();
        CountDownLatch together = new CountDownLatch(connections);
        a.behave(call -> {
            together.countDown();
            together.await(20, SECONDS);
            call.completion("x");
        });
        List<CompletableFuture<Integer>> answers = IntStream.range(0, connections)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> gateway.chat(chat("gpt-4", false)).statusCode(), clients))
                .toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        assertThat(a.connections()).isEqualTo(connections);
    }
}
