package dev.loom.gateway.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask again and again, until they are told to stop, in turn at each gateway. */
public final class Clients {

    private final ExecutorService threads;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private final String body;
    private volatile boolean stopped;

    /** @param gateways by their URLs */
    public Clients(int count, String model, List<String> gateways) {
        body = TestGateway.chat(model, false);
        threads = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            int first = i;
            threads.execute(() -> askAll(gateways, first));
        }
    }

    private void askAll(List<String> gateways, int first) {
        for (int i = first; !stopped; i++) {
            ask(gateways.get(i % gateways.size()));
        }
    }

    private void ask(String gateway) {
        try {
            var answer = Http.send(Http.post(gateway + "/v1/chat/completions", body));
            if (answer.statusCode() == 200) {
                answered.incrementAndGet();
            } else {
                lost.add(answer.statusCode() + " " + answer.body());
            }
        } catch (RuntimeException e) {
            lost.add(e.toString());
        }
    }

    /** Until so many more have come. */
    public void awaitAnswers(int more) {
        int wanted = answered.get() + more;
        await("answers").atMost(Duration.ofSeconds(60)).until(() -> answered.get() >= wanted || !lost.isEmpty());
    }

    public void stop() throws InterruptedException {
        stopped = true;
        threads.shutdown();
        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
            lost.add("a client still waits after a minute");
        }
    }

    /** What was not answered as it should. */
    public Queue<String> lost() {
        return lost;
    }
}
