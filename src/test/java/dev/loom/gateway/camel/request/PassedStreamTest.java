package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Event streams on paths that pass: nobody looks for their events, so that none is too long, and a client sets the pace. */
class PassedStreamTest {

    private static final int PART = 64 << 10;

    /** A line that never ends. */
    private static final byte[] LINE = "data: xx".repeat(PART / 8).getBytes();

    private static void write(FakeProvider.Call call, long bytes, AtomicLong written) throws IOException {
        call.start(200, Map.of("Content-Type", "text/event-stream"));
        while (written.get() < bytes) {
            call.write(LINE, 0, PART);
            written.addAndGet(PART);
        }
        call.endStream();
    }

    @Test
    void an_event_without_an_end_passes_and_takes_no_memory() throws Exception {
        long bytes = 256L << 20;
        try (FakeProvider provider = new FakeProvider(call -> write(call, bytes, new AtomicLong()));
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", provider) + "server: {memory: 1MB}\n")) {
            HttpURLConnection client = (HttpURLConnection)
                    URI.create(gateway.url() + "/v1/audio/speech").toURL().openConnection();
            client.setRequestProperty("Content-Type", "application/json");
            client.setDoOutput(true);
            client.getOutputStream().write("{\"model\":\"gpt-4\",\"input\":\"hi\"}".getBytes());
            long read = 0;
            try (InputStream in = client.getInputStream()) {
                byte[] buffer = new byte[PART];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    read += count;
                }
            }
            assertThat(client.getContentType()).isEqualTo("text/event-stream");
            assertThat(read).isEqualTo(bytes);
        }
    }

    @Test
    void a_client_that_stops_to_read_stops_the_provider_and_is_given_up() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch left = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    try {
                        write(call, 1L << 30, written);
                    } catch (IOException e) {
                        left.countDown();
                    }
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {idle: 1s}", provider));
                RawHttp client = new RawHttp(gateway.port())) {
            String body = "{\"model\":\"gpt-4\",\"input\":\"hi\"}";
            client.send("POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.readHead()).contains("200", "text/event-stream");
            assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(written).hasValueLessThan(128L << 20);
        }
    }
}
