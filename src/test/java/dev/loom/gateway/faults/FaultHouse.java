package dev.loom.gateway.faults;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two gateways, one for each strategy, before the same faults: for every way to a fault a provider, then a good one. */
final class FaultHouse implements Closeable {

    /** Stands in every request, and in the answer to it. */
    static final Pattern ID = Pattern.compile("id-\\d+");

    static final List<String> STRATEGIES = List.of("priority", "round_robin");

    private final Deque<Closeable> opened = new ArrayDeque<>();
    private final List<FaultProxy> proxies;
    private final Map<String, TestGateway> gateways;

    FaultHouse(Path directory) throws Exception {
        int genuine = open(echo("a:")).port();
        int good = open(echo("b:")).port();
        TestCertificates certificates = new TestCertificates(directory);
        TestCertificates.Identity trusted = certificates.make("trusted", "ip:127.0.0.1");
        FaultProxy plain = open(new FaultProxy(genuine));
        FaultProxy tls = open(secure(genuine, trusted));
        FaultProxy untrusted = open(secure(genuine, certificates.make("untrusted", "ip:127.0.0.1")));
        TestCertificates.Identity other = certificates.make("other", "dns:other.example");
        FaultProxy otherHost = open(secure(genuine, other));
        proxies = List.of(plain, tls, untrusted, otherHost);
        String ca = "tls: {ca_file: " + trusted.certificate() + "}";
        String yaml = "providers:\n"
                + provider(Row.Way.PLAIN, "http", plain.port(), "")
                + provider(Row.Way.QUICK, "http", plain.port(), QUICK)
                + provider(Row.Way.TLS_TO_PLAIN, "https", plain.port(), QUICK)
                + provider(Row.Way.TLS, "https", tls.port(), QUICK_ENOUGH_FOR_TLS + ", " + ca)
                + provider(Row.Way.UNTRUSTED, "https", untrusted.port(), ca)
                + provider(Row.Way.OTHER_HOST, "https", otherHost.port(), "tls: {ca_file: " + other.certificate() + "}")
                + provider(Row.Way.REFUSED, "http", FreePorts.next(), "")
                + provider(Row.Way.FULL, "http", full(), QUICK)
                + "  - {name: good, type: openai, api_key: k, base_url: \"http://127.0.0.1:" + good + "/v1\"}\n"
                + "routing: {strategy: %s, failover: {circuit_breaker: {enabled: false}}}\n";
        gateways = Map.of(
                STRATEGIES.get(0), open(TestGateway.start(yaml.formatted(STRATEGIES.get(0)))),
                STRATEGIES.get(1), open(TestGateway.start(yaml.formatted(STRATEGIES.get(1)))));
    }

    private static final String QUICK = "timeouts: {connect: 300ms, response: 300ms, first_token: 300ms, idle: 300ms}";
    private static final String QUICK_ENOUGH_FOR_TLS = "timeouts: {response: 2s, first_token: 2s, idle: 2s}";

    private static String provider(Row.Way way, String scheme, int port, String more) {
        return "  - {name: %s, type: openai, api_key: k, base_url: \"%s://127.0.0.1:%d/v1\", models: [%s], rate_limit: {concurrent_requests: 100}%s}\n"
                .formatted(way.model(), scheme, port, way.model(), more.isEmpty() ? "" : ", " + more);
    }

    private <T extends Closeable> T open(T it) {
        opened.push(it);
        return it;
    }

    private static FakeProvider echo(String prefix) {
        return new FakeProvider(call -> {
            Matcher id = ID.matcher(call.request().body());
            call.completion(prefix + (id.find() ? id.group() : "nobody"));
            call.close();
        });
    }

    private static FaultProxy secure(int provider, TestCertificates.Identity identity) throws Exception {
        return new FaultProxy(
                provider, identity.server(null).getServerSocketFactory().createServerSocket(), 0);
    }

    /** Takes nobody: once its queue is full, whoever connects waits. */
    private int full() throws IOException {
        ServerSocket full = open(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 2; i++) {
            open(new Socket()).connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()));
        }
        return full.getLocalPort();
    }

    TestGateway gateway(String strategy) {
        return gateways.get(strategy);
    }

    void play(Fault fault) {
        proxies.forEach(proxy -> proxy.play(fault));
    }

    /** Connections and requests that came to a fault. */
    int met() {
        return proxies.stream().mapToInt(FaultProxy::met).sum();
    }

    /** Connections that the gateways hold open. */
    int connections() {
        return proxies.stream().mapToInt(FaultProxy::connections).sum();
    }

    /** Closes the gateways and leaves what was behind them, to be looked at. */
    void closeGateways() {
        gateways.values().forEach(gateway -> {
            gateway.close();
            opened.remove(gateway);
        });
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : opened) {
            each.close();
        }
    }
}
