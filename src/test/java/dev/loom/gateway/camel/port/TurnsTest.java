package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.client.Room;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final int LARGE = 1 << 20;
    private static final String TEXT = "y".repeat(2 * LARGE);

    /** As many as may be at work at once. */
    private static List<Turns.Turn> all(Turns turns) {
        return IntStream.range(0, Turns.MOST)
                .mapToObj(i -> turns.turn().take(LARGE))
                .toList();
    }

    @Test
    void a_large_request_waits_for_others_and_small_ones_pass_it_by() throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> call.completion("fine"));
                TestGateway gateway = TestGateway.start(
                        """
                        providers:
                          - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                        server: {memory: 100000000}
                        """
                                .formatted(provider.url()))) {
            Memory memory = Memory.of(gateway.camel());
            List<Turns.Turn> others = all(memory.turns());
            String body = "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"" + TEXT + "\"}]}";
            CompletableFuture<RawHttp.Answer> large = CompletableFuture.supplyAsync(() -> post(gateway, body));
            await("the large request to have come").until(() -> memory.held() > body.length());
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            }
            assertThat(provider.requests()).as("the small ones").hasSize(20);

            others.forEach(Turns.Turn::release);
            assertThat(large.get().status()).isEqualTo(200);
        }
    }

    private static RawHttp.Answer post(TestGateway gateway, String body) {
        try {
            return RawHttp.post(gateway.port(), "/v1/chat/completions", body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_is_found_to_be_large_on_the_way_waits_as_well() throws Exception {
        Turns turns = new Turns();
        List<Turns.Turn> others = all(turns);
        Turns.Turn mine = turns.turn();
        Room room = mine.in(Room.WITHOUT_END);
        room.require(LARGE - 1);
        CompletableFuture<Thread> waits = new CompletableFuture<>();
        CompletableFuture<Void> through = CompletableFuture.runAsync(() -> {
            waits.complete(Thread.currentThread());
            try {
                room.require(LARGE);
                room.require(LARGE); // has its turn
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> waits.get().getState() == Thread.State.WAITING);
        assertThat(through).isNotDone();

        others.get(0).release();
        through.get();
        mine.release();
        assertThat(turns.turn().take(LARGE)).as("given back once, and no more").isNotNull();
    }
}
