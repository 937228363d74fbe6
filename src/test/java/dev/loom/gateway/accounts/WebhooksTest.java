package dev.loom.gateway.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.traffic.ManualTime;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhooksTest {

    private record Post(byte[] body, String signature) {
        JsonNode json() {
            return Json.lenient(body);
        }
    }

    private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final ManualTime time = new ManualTime();
    private HttpServer receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean fails = failures.getAndDecrement() > 0;
            exchange.sendResponseHeaders(fails ? 503 : 204, -1);
            exchange.close();
            if (!fails) {
                posts.add(new Post(body, exchange.getRequestHeaders().getFirst("X-Loom-Signature")));
            }
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private Ledger ledger(String more) {
        var config = Accounting.config("limits: [{window: 1m, max_tokens: 100}], webhooks: [{url: 'http://127.0.0.1:"
                + receiver.getAddress().getPort() + "/', allow_private: true, secret: hush" + more + "}]");
        Ledger ledger = new Ledger(new Rules(config), time);
        Webhooks webhooks = new Webhooks(
                config.webhooks(),
                time,
                WebhooksTest::post,
                AccountObserver.NONE,
                List.of(Duration.ZERO, Duration.ZERO));
        ledger.tell(webhooks, webhooks.thresholds());
        return ledger;
    }

    private static int post(String url, boolean allowPrivate, byte[] body, String signature) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("X-Loom-Signature", signature);
        connection.getOutputStream().write(body);
        return connection.getResponseCode();
    }

    private static void use(Ledger ledger, long tokens) {
        ((Reservation) ledger.reserve("team-a", Asker.NOBODY, tokens, 0)).settle(tokens, 0);
    }

    @Test
    void a_warning_and_the_limit_are_told_once_and_signed() throws Exception {
        Ledger ledger = ledger("");
        use(ledger, 50);
        use(ledger, 30);
        Post warning = posts.poll(20, TimeUnit.SECONDS);
        use(ledger, 5);
        use(ledger, 15);
        Post reached = posts.poll(20, TimeUnit.SECONDS);

        assertThat(warning.json())
                .isEqualTo(Json.lenient(("{\"event\":\"limit_warning\",\"key\":\"team-a\",\"limit\":\"per_minute\","
                                + "\"current_usage\":80.0,\"limit_value\":100.0,\"percentage\":80.0,"
                                + "\"timestamp\":\"2026-01-01T00:00:00Z\"}")
                        .getBytes()));
        assertThat(warning.signature())
                .isEqualTo("sha256=" + Webhooks.signature(new Secret("hush"), warning.body()))
                .matches("sha256=[0-9a-f]{64}");
        assertThat(reached.json().path("event").asText()).isEqualTo("limit_reached");
        assertThat(posts).isEmpty();
    }

    @Test
    void the_signature_is_the_hmac_of_the_body_that_everybody_computes() {
        byte[] body = "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8);

        assertThat(Webhooks.signature(new Secret("Jefe"), body)) // RFC 4231, test case 2
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void what_leads_into_a_private_network_is_tried_once() throws Exception {
        var config = Accounting.config("limits: [{window: 1m, max_tokens: 100}], webhooks: [{url: 'https://h/'}]");
        AtomicInteger tries = new AtomicInteger();
        Webhooks webhooks = new Webhooks(
                config.webhooks(),
                time,
                (url, allowPrivate, body, signature) -> {
                    assertThat(allowPrivate).isFalse();
                    tries.incrementAndGet();
                    throw new WebhookPoster.PrivateAddress();
                },
                AccountObserver.NONE,
                List.of(Duration.ZERO, Duration.ZERO));
        Ledger ledger = new Ledger(new Rules(config), time);
        ledger.tell(webhooks, webhooks.thresholds());
        try (CapturedLog log = new CapturedLog()) {
            use(ledger, 90);
            Awaitility.await().until(() -> log.text().contains("private network"));
        }

        assertThat(tries.get()).isEqualTo(1);
    }

    @Test
    void what_is_not_taken_is_sent_again() throws Exception {
        failures.set(2);
        use(ledger(""), 100);

        assertThat(posts.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(posts.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void only_the_events_that_are_wanted_are_told_at_the_threshold_that_is_wanted() throws Exception {
        Ledger ledger = ledger(", events: [limit_warning], threshold: 0.5");
        use(ledger, 50);
        use(ledger, 50);

        assertThat(posts.poll(20, TimeUnit.SECONDS).json().path("percentage").asDouble())
                .isEqualTo(50);
        assertThat(posts).isEmpty();
    }
}
