package dev.loom.gateway.accounts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.loom.gateway.camel.observe.PostWebhooks;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.traffic.ManualTime;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks to a receiver behind TLS, whose issuer the JVM trusts or does not. */
class WebhooksOverTlsTest {

    private static final String TRUST = "javax.net.ssl.trustStore";

    @TempDir
    Path directory;

    private final List<AccountObserver.Posting> postings = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private HttpsServer receiver;

    @BeforeEach
    void start() throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        TestCertificates.Identity here = certificates.make("here", "dns:localhost");
        receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setHttpsConfigurator(new HttpsConfigurator(here.server(null)));
        receiver.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            signatures.add(exchange.getRequestHeaders().getFirst("X-Loom-Signature"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        System.setProperty(TRUST, here.trustStore().toString());
        System.setProperty(TRUST + "Password", TestCertificates.password());
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
    }

    /** One that reaches its limit, with two more attempts at once. */
    private void reachLimit(String host, int port) {
        var config = Accounting.config("limits: [{window: 1m, max_tokens: 100}], webhooks: [{url: 'https://" + host
                + ":" + port + "/?token=hidden', allow_private: true, secret: hush, events: [limit_reached]}]");
        AccountObserver observer = new AccountObserver() {
            @Override
            public void webhook(Posting posting) {
                postings.add(posting);
            }
        };
        Webhooks webhooks = new Webhooks(
                config.webhooks(),
                new ManualTime(),
                new PostWebhooks(),
                observer,
                List.of(Duration.ZERO, Duration.ZERO));
        Ledger ledger = new Ledger(new Rules(config), new ManualTime());
        ledger.tell(webhooks, webhooks.thresholds());
        ((Reservation) ledger.reserve("team-a", Asker.NOBODY, 100, 0)).settle(100, 0);
    }

    private void assertNobodyIsTold(String host, int port, String why) {
        try (CapturedLog log = new CapturedLog()) {
            reachLimit(host, port);
            await().until(() -> postings.contains(AccountObserver.Posting.FAILED));
            await().until(() -> log.text().contains("was not told of a limit"));

            assertThat(postings)
                    .containsExactly(
                            AccountObserver.Posting.RETRIED,
                            AccountObserver.Posting.RETRIED,
                            AccountObserver.Posting.FAILED);
            assertThat(log.messages().stream().filter(line -> line.contains("webhook")))
                    .singleElement()
                    .asString()
                    .contains("https://" + host + ":" + port + "/***", why)
                    .doesNotContain("hidden", "team-a");
        }
        assertThat(bodies).isEmpty();
    }

    @Test
    void a_receiver_with_a_trusted_certificate_gets_the_body_that_is_signed() throws Exception {
        reachLimit("localhost", receiver.getAddress().getPort());
        await().until(() -> !postings.isEmpty());

        assertThat(postings).containsExactly(AccountObserver.Posting.DELIVERED);
        assertThat(bodies).singleElement().asString().contains("\"limit_reached\"");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("hush".getBytes(UTF_8), "HmacSHA256"));
        assertThat(signatures)
                .containsExactly("sha256="
                        + HexFormat.of().formatHex(mac.doFinal(bodies.get(0).getBytes(UTF_8))));
    }

    @Test
    void a_certificate_for_another_host_gets_nothing() {
        assertNobodyIsTold("127.0.0.1", receiver.getAddress().getPort(), "127.0.0.1");
    }

    @Test
    void a_certificate_that_nobody_trusts_gets_nothing() throws Exception {
        System.setProperty(
                TRUST,
                new TestCertificates(directory)
                        .make("stranger", "dns:localhost")
                        .trustStore()
                        .toString());

        assertNobodyIsTold("localhost", receiver.getAddress().getPort(), "PKIX");
    }

    /** Whatever listens there gets the beginning of a handshake, and not a word of what is posted. */
    @Test
    void a_receiver_that_speaks_no_tls_gets_nothing_in_clear() throws Exception {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> record(plain, got));
            assertNobodyIsTold("localhost", plain.getLocalPort(), "SSL");
            served.join();
        }

        assertThat(got.toString(ISO_8859_1)).isNotEmpty().doesNotContain("POST", "team-a", "sha256=", "hidden");
    }

    private static void record(ServerSocket plain, ByteArrayOutputStream got) {
        for (int i = 0; i < 3; i++) {
            try (Socket socket = plain.accept()) {
                byte[] bytes = new byte[4096];
                int n = socket.getInputStream().read(bytes);
                got.write(bytes, 0, Math.max(0, n));
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(ISO_8859_1));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
