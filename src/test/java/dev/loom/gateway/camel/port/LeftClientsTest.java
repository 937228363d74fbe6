package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client that has left has sent is counted as long as somebody works on it. */
class LeftClientsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LONG = 1_000_000;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CompletableFuture<Passage> working = new CompletableFuture<>();
    private final CompletableFuture<Object> body = new CompletableFuture<>();

    private static Memory memory(TestGateway gateway) {
        return gateway.camel().getRegistry().lookupByNameAndType("loomMemory", Memory.class);
    }

    private static String request(String path, String type) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: " + LONG
                + "\r\n\r\n" + "{\"x\":\"" + "y".repeat(LONG - 8) + "\"}";
    }

    /** A step that waits, in front of the first one. */
    private EditableGateway start(Path directory, FakeProvider provider, String file, String accept) {
        Processor waiting = exchange -> {
            working.complete(Passage.of(exchange));
            body.complete(exchange.getMessage().getBody());
            goOn.await();
        };
        EditableGateway edited = EditableGateway.start(
                directory,
                TestGateway.providers("", provider) + "server: {max_requests: 1}\n",
                Map.of("testWaiting", waiting));
        String text = edited.read(file);
        int first = text.lastIndexOf("- process:", text.indexOf("ref: " + accept + "\n"));
        String indent = "\n" + " ".repeat(first - text.lastIndexOf('\n', first) - 1);
        String step = text.substring(0, first) + "- process: {ref: testWaiting}" + indent + text.substring(first);
        assertThat(edited.saveAndWait(file, step)).isEmpty();
        return edited;
    }

    private void leave(int port, String request) throws IOException {
        Passage passage;
        try (RawHttp client = new RawHttp(port).send(request)) {
            passage = working.orTimeout(60, TimeUnit.SECONDS).join();
        }
        await("the gateway to see it")
                .atMost(SOON)
                .until(() -> passage.request().response().closed());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, routes/ingress.camel.yaml, loomAcceptChat, false",
        "/v1/embeddings, routes/ingress.camel.yaml, loomAcceptEmbeddings, false",
        "/ai/route/explain, routes/explain.camel.yaml, loomExplain, true"
    })
    void its_bytes_and_its_place(String path, String file, String accept, boolean admin, @TempDir Path directory)
            throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited = start(directory, provider, file, accept)) {
            TestGateway gateway = edited.gateway();
            leave(admin ? gateway.adminPort() : gateway.port(), request(path, "application/json"));
            assertThat(memory(gateway).held()).isGreaterThanOrEqualTo(LONG);
            if (!admin) {
                assertThat(gateway.chat(TestGateway.chat("gpt-4", false)).statusCode())
                        .isEqualTo(429);
            }
            goOn.countDown();
            await("all to be given back")
                    .atMost(SOON)
                    .until(() -> memory(gateway).held() == 0);
            await("its place")
                    .atMost(SOON)
                    .until(() -> gateway.chat(TestGateway.chat("gpt-4", false)).statusCode() == 200);
        }
    }

    @Test
    void its_file(@TempDir Path directory) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited =
                        start(directory, provider, "routes/passthrough.camel.yaml", "loomAcceptPassed")) {
            leave(edited.gateway().port(), request("/v1/moderations", "text/plain"));
            File file = (File) body.join();
            assertThat(file).hasSize(LONG);
            goOn.countDown();
            await("it to be deleted").atMost(SOON).until(() -> !file.exists());
        }
    }

    /** Before anybody has begun to work on it. */
    @Test
    void a_file_of_nobody_is_not_looked_for(@TempDir Path directory) throws IOException {
        goOn.countDown();
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited =
                        start(directory, provider, "routes/passthrough.camel.yaml", "loomAcceptPassed");
                CapturedLog log = new CapturedLog()) {
            TestGateway gateway = edited.gateway();
            for (int i = 0; i < 50; i++) {
                new RawHttp(gateway.port())
                        .send(request("/v1/moderations", "text/plain"))
                        .close();
            }
            await("all to have left")
                    .atMost(SOON)
                    .until(() -> gateway.chat(TestGateway.chat("gpt-4", false)).statusCode() == 200);
            assertThat(log.text()).doesNotContain("NoSuchFileException", "failed inside");
        }
    }

    /** Its attribute is read by Jolokia. */
    @FunctionalInterface
    public interface SlowMXBean {
        int getValue() throws InterruptedException;
    }

    @Test
    void its_question_to_jolokia() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        SlowMXBean slow = () -> {
            asked.countDown();
            goOn.await();
            return 1;
        };
        ObjectName name = new ObjectName("dev.loom.gateway:type=gateway,name=slow");
        ManagementFactory.getPlatformMBeanServer().registerMBean(slow, name);
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.over(provider)) {
            String question = "{\"type\":\"read\",\"mbean\":\"" + name + "\"}";
            String padded = "[" + question + "," + question + " ".repeat(LONG) + "]";
            try (RawHttp client = new RawHttp(gateway.adminPort())
                    .send(
                            "POST /jolokia/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                    + padded.length() + "\r\n\r\n" + padded)) {
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            }
            // The port sees it before it reads a request that comes later, on the same event loop.
            assertThat(RawHttp.get(gateway.adminPort(), "/ready").status()).isEqualTo(200);
            assertThat(memory(gateway).held()).isGreaterThanOrEqualTo(LONG);
            goOn.countDown();
            await("all to be given back")
                    .atMost(SOON)
                    .until(() -> memory(gateway).held() == 0);
        } finally {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        }
    }
}
