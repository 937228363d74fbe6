package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a stream keeps of the heap while it is open and waits for the next event. Bytes are counted, not time. */
class OpenStreamsTest {

    /**
     * Bytes for each open stream, those of this test's own client and provider included, a little above the 85 kB that it took
     * when this was written. With the buffers that HttpClient makes by itself there would be 72 kB more.
     */
    private static final long MOST = 95_000;

    private static final int STREAMS = 200;

    @Test
    void an_open_stream_keeps_no_more_than_this() throws IOException {
        CountDownLatch measured = new CountDownLatch(1);
        List<RawHttp> clients = new ArrayList<>();
        try (FakeProvider provider = new FakeProvider(call -> hold(call, measured));
                TestGateway gateway = TestGateway.over(provider)) {
            open(gateway, STREAMS, clients); // whatever is made once
            long before = live();
            open(gateway, STREAMS, clients);
            long each = (live() - before) / STREAMS;
            measured.countDown();
            for (RawHttp client : clients) {
                assertThat(client.readToEnd()).contains("[DONE]");
                client.close();
            }
            assertThat(each).as("bytes that a stream keeps").isBetween(10_000L, MOST);
        }
    }

    private static void hold(FakeProvider.Call call, CountDownLatch end) throws IOException, InterruptedException {
        call.startStream();
        call.content("word");
        end.await();
        call.done();
    }

    private static void open(TestGateway gateway, int streams, List<RawHttp> clients) throws IOException {
        String body = TestGateway.chat("gpt-4", true);
        for (int i = 0; i < streams; i++) {
            RawHttp client = new RawHttp(gateway.port());
            clients.add(client);
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.readHead()).contains("200");
        }
    }

    private static long live() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
