package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A flood of refused requests leaves few lines in the log, and each refusal is still told of. */
class RefusalsTest {

    private static final int FLOOD = 500;
    private static final String BODY = chat("gpt-4", false);
    private static final String POST =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final Pattern REST = Pattern.compile("(\\d+) more requests were refused within a second status=429");

    @Test
    void each_refusal_of_a_flood_is_in_the_log_by_itself_or_in_a_count() throws Exception {
        CountDownLatch later = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        try (FakeProvider provider = new FakeProvider(call -> {
                    busy.countDown();
                    later.await();
                    call.completion("fine");
                });
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", provider) + "server: {max_requests: 1}\n");
                RawHttp admitted = new RawHttp(gateway.port()).send(POST);
                CapturedLog log = new CapturedLog();
                RawHttp flood = new RawHttp(gateway.port())) {
            busy.await();
            for (int i = 0; i < FLOOD; i++) {
                assertThat(flood.send(POST).read().status()).isEqualTo(429);
            }
            await().untilAsserted(() -> assertThat(alone(log) + inCounts(log)).isEqualTo(FLOOD));
            assertThat(inCounts(log)).isPositive();
            later.countDown();
            assertThat(admitted.read().status()).isEqualTo(200);
        } finally {
            later.countDown();
        }
    }

    private static long alone(CapturedLog log) {
        return log.messages().stream()
                .filter(message -> message.equals("POST /v1/chat/completions status=429"))
                .count();
    }

    private static long inCounts(CapturedLog log) {
        return log.messages().stream()
                .map(REST::matcher)
                .filter(Matcher::matches)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }
}
