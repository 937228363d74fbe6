package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.KeptAliveClient;
import dev.loom.gateway.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request goes from the event loop to one thread, which does all of the work, and back. Every further hand-over would
 * cost a wake-up, which is dearer than most of what the gateway itself does.
 */
class ThreadHopsTest {

    private static final int REQUESTS = 100;

    /** Tasks that are not a request's: Vert.x and Camel may have some of their own now and then. */
    private static final int OTHERS = 10;

    @TempDir
    Path directory;

    /** Notes the thread of everything that Camel tells about a request: each call of an endpoint, before and after. */
    private static final class Steps extends EventNotifierSupport {

        private final List<Thread> threads = new CopyOnWriteArrayList<>();

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeEvent) {
                threads.add(Thread.currentThread());
            }
        }
    }

    @Test
    void a_request_stays_on_one_thread_until_its_answer_is_handed_back() throws IOException {
        Steps steps = new Steps();
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider));
                KeptAliveClient client = new KeptAliveClient(gateway.port(), TestGateway.chat("gpt-4", false))) {
            gateway.camel().getManagementStrategy().addEventNotifier(steps);
            client.ask();
            assertThat(steps.threads).as("events from ingress to reply").hasSizeGreaterThan(5);
            assertThat(hops(steps.threads)).as("changes of thread").isLessThanOrEqualTo(1);
        }
    }

    private static long hops(List<Thread> threads) {
        return IntStream.range(1, threads.size())
                .filter(i -> threads.get(i) != threads.get(i - 1))
                .count();
    }

    @Test
    void a_request_is_one_task_of_the_workers() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider));
                KeptAliveClient client = new KeptAliveClient(gateway.port(), TestGateway.chat("gpt-4", false))) {
            client.ask();
            assertThat(tasks(gateway, () -> client.ask(REQUESTS))).isBetween(REQUESTS, REQUESTS + OTHERS);
        }
    }

    private int tasks(TestGateway gateway, Runnable work) throws IOException {
        Vertx vertx = gateway.camel().getRegistry().findSingleByType(Vertx.class);
        ExecutorService workers = ((VertxInternal) vertx).getWorkerPool().executor();
        return workers instanceof ThreadPoolExecutor pool ? pooled(pool, work) : virtual(work);
    }

    private static int pooled(ThreadPoolExecutor pool, Runnable work) {
        long before = pool.getTaskCount();
        work.run();
        return (int) (pool.getTaskCount() - before);
    }

    /** Each task is a virtual thread of its own, and Java records their starts. */
    private int virtual(Runnable work) throws IOException {
        Path file = directory.resolve("threads.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadStart");
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        assertThat(Files.size(file)).isPositive();
        return RecordingFile.readAllEvents(file).size();
    }
}
