package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Operators and probes are answered whatever clients do, since they share neither event loop nor threads with them. */
class AdminApartTest {

    private static final String BODY = chat("gpt-4", false);
    private static final String POST =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final String[] PATHS = {"/live", "/ready", "/health", "/metrics", "/ai/providers", "/ai/requests"};

    private static void assertServes(TestGateway gateway) throws IOException {
        for (String path : PATHS) {
            assertThat(RawHttp.get(gateway.adminPort(), path).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void while_every_worker_waits_for_a_provider() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(4);
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = new FakeProvider(call -> {
                    busy.countDown();
                    later.await();
                    call.completion("fine");
                });
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider) + "server: {worker_threads: 4, max_requests: 4}\n")) {
            for (int i = 0; i < 4; i++) {
                clients.add(new RawHttp(gateway.port()).send(POST));
            }
            busy.await();
            assertServes(gateway);
            later.countDown();
            for (RawHttp client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        } finally {
            later.countDown();
        }
    }

    @Test
    void while_the_clients_event_loops_stand_still() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            VertxInternal clients =
                    (VertxInternal) gateway.camel().getRegistry().lookupByNameAndType("loomVertx", Vertx.class);
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                clients.createEventLoopContext().runOnContext(stuck -> await(later));
            }
            assertServes(gateway);
            later.countDown();
            assertThat(gateway.chat(BODY).statusCode()).isEqualTo(200);
        } finally {
            later.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
