package dev.loom.gateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers never change hands, whatever a box between adds to them: the answer before behind each answer, more than its
 * length, or another's answer while nobody asks.
 */
class MixUpTest {

    /** Of each kind, strategy and manner; {@code src/bench/run faults} asks 10,000 times in all. */
    private static final int ROUNDS = Integer.getInteger("loom.mixup.rounds", 4);

    private static final int AT_ONCE = 8;

    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicReference<byte[]> before = new AtomicReference<>(new byte[0]);
    private final Set<Passage> idle = ConcurrentHashMap.newKeySet();
    private final ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);

    @AfterEach
    void stop() {
        clients.shutdown();
    }

    private Fault fault(String kind) {
        return switch (kind) {
            case "appends" ->
                passage -> {
                    passage.send(together(passage.genuine(), before.getAndSet(passage.genuine())));
                };
            case "shifts" ->
                passage -> {
                    passage.send(together(passage.framed(200, passage.text()), passage.genuine()));
                };
            default ->
                passage -> {
                    passage.pass();
                    before.set(passage.genuine());
                    idle.add(passage);
                };
        };
    }

    private static byte[] together(byte[] one, byte[] other) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** Sends the last answer once more on every connection on which an answer is complete. */
    private void sendUnasked() {
        for (Passage passage : idle) {
            idle.remove(passage);
            try {
                passage.send(before.get());
            } catch (IOException e) {
                // The gateway has closed it.
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "appends,priority,false", "appends,priority,true", "appends,round_robin,false", "appends,round_robin,true",
        "shifts,priority,false", "shifts,priority,true", "shifts,round_robin,false", "shifts,round_robin,true",
        "pre-sends,priority,false", "pre-sends,priority,true", "pre-sends,round_robin,false",
                "pre-sends,round_robin,true"
    })
    void everybody_gets_their_own_answer(String kind, String strategy, boolean stream) throws IOException {
        try (FakeProvider genuine = new FakeProvider(call -> {
                    Matcher id = FaultHouse.ID.matcher(call.request().body());
                    call.completion(id.find() ? id.group() : "nobody");
                    call.close();
                });
                FaultProxy a = new FaultProxy(genuine.port());
                FaultProxy b = new FaultProxy(genuine.port());
                TestGateway gateway = TestGateway.start(
                        """
                        providers:
                          - {name: a, type: openai, api_key: k, base_url: "http://127.0.0.1:%d/v1"}
                          - {name: b, type: openai, api_key: k, base_url: "http://127.0.0.1:%d/v1"}
                        routing: {strategy: %s}
                        """
                                .formatted(a.port(), b.port(), strategy))) {
            a.play(fault(kind));
            b.play(fault(kind));
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletableFuture<Void>> all = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    all.add(CompletableFuture.runAsync(() -> ask(gateway, stream), clients));
                }
                all.forEach(CompletableFuture::join);
                sendUnasked();
            }
            assertThat(gateway.stats("a").path("errors")).isEmpty();
            assertThat(gateway.stats("b").path("errors")).isEmpty();
        }
        FaultReport.flawless(
                "a box " + kind + " answers, " + strategy + (stream ? ", streamed" : ", whole"), ids.get());
    }

    private void ask(TestGateway gateway, boolean stream) {
        String id = "id-" + ids.incrementAndGet();
        HttpResponse<String> answer =
                gateway.chat(TestGateway.chat("gpt-4", stream).replace("hello", id));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(FaultHouse.ID.matcher(answer.body()).results().map(MatchResult::group))
                .as(answer.body())
                .containsOnly(id);
        assertThat(answer.headers().firstValue("x-loom-attempts")).hasValue("1");
    }
}
