package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private static final int MOST = 5;

    private final InFlight inFlight = new InFlight();

    @Test
    void of_many_at_once_never_more_than_there_are_places_are_in_and_all_places_come_back()
            throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            boolean becomesCall = i % 2 == 0;
            all.add(CompletableFuture.runAsync(() -> pass(becomesCall, now, highest), threads));
        }
        all.forEach(CompletableFuture::join);
        threads.shutdown();
        assertThat(highest).hasValueBetween(1, MOST);
        assertThat(inFlight.awaitNone(Duration.ofSeconds(10))).isTrue();
        assertThat(inFlight.isFull(1)).as("all places are free").isFalse();
    }

    private static final class Nothing implements InFlight.Request {

        @Override
        public void stop() {}
    }

    private void pass(boolean becomesCall, AtomicInteger now, AtomicInteger highest) {
        Object passage = new Object();
        if (inFlight.admit(passage, MOST)) {
            highest.accumulateAndGet(now.incrementAndGet(), Math::max);
            InFlight.Request call = new Nothing();
            if (becomesCall) {
                assertThat(inFlight.add(call, passage, MOST)).isTrue();
            }
            now.decrementAndGet();
            inFlight.remove(call);
            inFlight.left(passage);
        }
    }
}
