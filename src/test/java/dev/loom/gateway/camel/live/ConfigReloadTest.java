package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.KeyHash;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other configurations in the place of the one in force, as operators and clients see it. Long, because each brings its
 * own files, and because of the load under which none may be lost.
 */
class ConfigReloadTest {

    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    Path directory;

    private final FakeProvider first = FakeProvider.saying("from a");
    private final FakeProvider second = FakeProvider.saying("from b");
    private EditableGateway edited;

    @AfterEach
    void stop() {
        edited.close();
        first.close();
        second.close();
    }

    private void start(String yaml) {
        edited = EditableGateway.startUnwatched(directory, yaml);
    }

    private static String provider(String name, FakeProvider at, String extra) {
        return "  - name: " + name + "\n    type: openai\n    api_key: sk-" + name + "\n    base_url: " + at.url()
                + "\n    models: [gpt-4]\n" + extra.indent(4);
    }

    private static String providers(String... entries) {
        return "providers:\n" + String.join("", entries);
    }

    private HttpResponse<String> reload() {
        return edited.gateway()
                .send(HttpRequest.newBuilder(URI.create(edited.gateway().adminUrl() + "/ai/config/reload"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static List<String> list(HttpResponse<String> response, String name) {
        JsonNode lines =
                Json.lenient(response.body().getBytes(StandardCharsets.UTF_8)).path(name);
        List<String> texts = new ArrayList<>();
        lines.forEach(line -> texts.add(line.asText()));
        return texts;
    }

    private void reloadTo(String yaml, String... changes) {
        edited.configure(yaml);
        HttpResponse<String> response = reload();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(list(response, "changed")).containsExactly(changes);
    }

    private HttpResponse<String> ask() {
        return edited.gateway().chat(chat("gpt-4", false));
    }

    private String metrics() {
        return edited.gateway().get(edited.gateway().adminUrl() + "/metrics").body();
    }

    @Test
    void providers_come_and_go_with_their_routes_and_meters() {
        start(providers(provider("a", first, "")));
        assertThat(ask().body()).contains("from a");
        reloadTo(
                providers(provider("b", second, "")),
                "providers.a removed",
                "providers.b added",
                "routing.providers changed");
        assertThat(ask().body()).contains("from b");
        assertThat(edited.gateway().admin("/ai/providers").at("/providers").size())
                .isEqualTo(1);
        assertThat(edited.gateway().admin("/ai/config").at("/providers/0/name").asText())
                .isEqualTo("b");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(edited.routes()).contains("loom-provider-b").doesNotContain("loom-provider-a");
            assertThat(metrics()).contains("provider=\"b\"").doesNotContain("provider=\"a\"");
        });
    }

    @Test
    void the_longest_body_is_another_one_at_once() throws IOException {
        String body =
                "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(3000) + "\"}]}";
        start(providers(provider("a", first, "")) + "server: {max_body: 1MB}\n");
        assertThat(RawHttp.post(edited.gateway().port(), "/v1/chat/completions", body)
                        .status())
                .isEqualTo(200);
        reloadTo(providers(provider("a", first, "")) + "server: {max_body: 2KB}\n", "server.max_body changed");
        assertThat(RawHttp.post(edited.gateway().port(), "/v1/chat/completions", body)
                        .status())
                .isEqualTo(413);
        reloadTo(providers(provider("a", first, "")) + "server: {max_body: 4KB}\n", "server.max_body changed");
        assertThat(RawHttp.post(edited.gateway().port(), "/v1/chat/completions", body)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void accounts_that_are_no_longer_counted_are_not_shown() {
        start(providers(provider("a", first, "")) + "token_accounting: {enabled: true}\n");
        String usage = edited.gateway().adminUrl() + "/ai/usage";
        assertThat(edited.gateway().get(usage).statusCode()).isEqualTo(200);
        edited.configure(providers(provider("a", first, "")));
        assertThat(reload().statusCode()).isEqualTo(200);
        assertThat(edited.gateway().get(usage).body()).contains("token_accounting_disabled");
    }

    @Test
    void a_file_of_client_keys_is_read_again_when_it_is_saved() throws IOException {
        Path keys = directory.resolve("keys.yaml");
        Files.writeString(keys, keysOf("ann"));
        edited = EditableGateway.start(
                directory, providers(provider("a", first, "")) + "server: {api_keys_file: " + keys + "}\n");
        assertThat(models("ann")).isEqualTo(200);
        assertThat(models("bob")).isEqualTo(401);
        edited.save("keys.yaml", keysOf("bob"));
        await().atMost(SOON).until(() -> models("bob") == 200);
        assertThat(models("ann")).isEqualTo(401);
        edited.save("keys.yaml", "api_keys: []");
        assertThat(reload().statusCode()).isEqualTo(422);
        assertThat(models("bob")).isEqualTo(200);
        assertThat(models("nobody")).isEqualTo(401);
    }

    private static String keysOf(String name) {
        String hash = KeyHash.of("some-salt", ("key-of-" + name).getBytes(StandardCharsets.UTF_8));
        return "api_keys:\n  - {name: " + name + ", hash: 'sha256:some-salt:" + hash + "'}\n";
    }

    private int models(String name) throws IOException {
        return RawHttp.get(edited.gateway().port(), "/v1/models", "x-api-key: key-of-" + name)
                .status();
    }

    @Test
    void what_was_learnt_of_an_unchanged_provider_survives() {
        first.behave(call -> call.error(500, "server_error", "down"));
        String breaker = "routing:\n  strategy: priority\n  failover:\n    circuit_breaker: {failure_threshold: 1}\n";
        start(providers(provider("a", first, ""), provider("b", second, "rate_limit: {requests_per_minute: 100}"))
                + breaker);
        assertThat(ask().body()).contains("from b");
        reloadTo(
                providers(provider("a", first, ""), provider("b", second, "rate_limit: {requests_per_minute: 50}"))
                        + breaker,
                "providers.b.rate_limit.requests_per_minute changed");
        JsonNode a = edited.gateway().stats("a");
        assertThat(a.at("/requests").asInt()).isEqualTo(1);
        assertThat(a.at("/circuit_breaker/state").asText()).isEqualTo("open");
        JsonNode limit = edited.gateway().stats("b").at("/limits/requests_per_minute");
        assertThat(limit.at("/limit").asInt()).isEqualTo(50);
        assertThat(limit.at("/remaining").asInt()).isEqualTo(49);
        assertThat(metrics()).contains("loom_ai_circuit_breaker_state{provider=\"a\"} 2.0");
    }

    @Test
    void another_key_ends_the_cool_down_of_the_one_that_was_refused() {
        first.behave(call -> {
            if (call.request().headers().toString().contains("sk-good")) {
                call.completion("welcome");
            } else {
                call.error(401, "invalid_request_error", "invalid_api_key");
            }
        });
        start(providers(provider("a", first, "")));
        assertThat(ask().statusCode()).isEqualTo(502);
        reloadTo(providers(provider("a", first, "").replace("sk-a", "sk-good")), "providers.a has another secret");
        assertThat(ask().body()).contains("welcome");
        assertThat(edited.gateway().stats("a").at("/requests").asInt()).isEqualTo(2);
    }

    @Test
    void a_file_that_cannot_be_used_changes_nothing_and_says_why() {
        start(providers(provider("a", first, "")));
        edited.configure(providers(provider("a", second, "wieght: 3")));
        HttpResponse<String> response = reload();
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(list(response, "errors"))
                .singleElement()
                .asString()
                .contains("ai-gateway.yaml:8:", "wieght", "weight");
        assertThat(ask().body()).contains("from a");
    }

    @Test
    void what_a_provider_needs_is_tried_before_anything_changes() {
        start(providers(provider("a", first, "")));
        edited.save("ca.pem", "no certificate");
        edited.configure(providers(provider("a", second, "tls: {ca_file: " + directory + "/ca.pem}")));
        HttpResponse<String> response = reload();
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("tls");
        assertThat(ask().body()).contains("from a");
    }

    @Test
    void a_running_gateway_is_not_switched_off_by_its_file() {
        start(providers(provider("a", first, "")));
        edited.configure("enabled: false");
        assertThat(reload().statusCode()).isEqualTo(422);
        assertThat(ask().statusCode()).isEqualTo(200);
    }

    @Test
    void an_open_port_does_not_lose_its_keys() {
        String keys = "server:\n  api_keys: [{key: client-key, name: me}]\n";
        start(providers(provider("a", first, "")) + keys);
        edited.configure(providers(provider("a", first, "")));
        HttpResponse<String> response = reload();
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("server.api_keys", "allow_anonymous");
        assertThat(ask().statusCode()).isEqualTo(401);
    }

    @Test
    void a_saved_file_is_in_use_without_being_asked() {
        edited = EditableGateway.start(directory, providers(provider("a", first, "")));
        edited.configure(providers(provider("a", second, "")));
        await().atMost(SOON).untilAsserted(() -> assertThat(ask().body()).contains("from b"));
        try (CapturedLog log = new CapturedLog()) {
            edited.configure(providers(provider("a", first, "wieght: 3\ndeadline: 5s")));
            await().atMost(SOON).until(() -> log.text().contains("deadline"));
            assertThat(log.text().lines())
                    .anySatisfy(line -> assertThat(line).contains("ai-gateway.yaml:8:", "did you mean weight?"))
                    .anySatisfy(
                            line -> assertThat(line).contains("ai-gateway.yaml:9:", "belongs under routing.failover"))
                    .noneMatch(line -> line.contains(":8:") && line.contains(":9:"));
        }
        assertThat(ask().body()).contains("from b");
    }

    @Test
    void a_stream_ends_with_the_provider_that_a_reload_has_removed() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        first.behave(call -> {
            call.startStream();
            call.content("first");
            finish.await();
            call.content("last");
            call.done();
        });
        start(providers(provider("a", first, "")));
        try (RawClient client = RawClient.post(edited.gateway().port(), chat("gpt-4", true))) {
            client.head();
            assertThat(client.nextEvent()).contains("first");
            reloadTo(
                    providers(provider("b", second, "")),
                    "providers.a removed",
                    "providers.b added",
                    "routing.providers changed");
            assertThat(ask().body()).contains("from b");
            finish.countDown();
            assertThat(client.nextEvent()).contains("last");
            await().atMost(SOON).until(() -> client.nextEvent().contains("[DONE]"));
        }
    }

    @Test
    void fifty_reloads_under_load_with_streams_in_flight_lose_nothing_and_leak_nothing() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        first.behave(call -> serve(call, finish));
        start(configuration(0));
        try (Load load = new Load(edited.gateway())) {
            for (int round = 1; round <= 2; round++) {
                reloadTo(configuration(round), changes(round));
            }
            await().atMost(SOON).until(() -> pools() == 2);
            int threads = Thread.activeCount();
            int meters = metrics().split("\n").length;
            List<RawClient> streams = openStreams();
            for (int round = 3; round <= 52; round++) {
                reloadTo(configuration(round), changes(round));
            }
            finish.countDown();
            for (RawClient stream : streams) {
                await().atMost(SOON).until(() -> stream.nextEvent().contains("[DONE]"));
                stream.close();
            }
            await().atMost(SOON).until(() -> pools() == 2);
            assertThat(metrics().split("\n").length).isLessThanOrEqualTo(meters);
            // The streams had a worker and a provider's thread each; one thread for each reload would be fifty.
            await().atMost(SOON).until(() -> Thread.activeCount() <= threads + 25);
            assertThat(load.served()).isGreaterThan(100);
            assertThat(load.lost()).isEmpty();
        }
        assertThat(edited.routes())
                .doesNotHaveDuplicates()
                .filteredOn(route -> route.startsWith("loom-provider"))
                .hasSize(2);
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        edited.gateway().camel().getRegistry().findByTypeWithName(HttpClientConfigurer.class))
                .hasSize(4));
    }

    /** Answers at once, but for those who ask for a long stream: these wait in the middle. */
    private static void serve(FakeProvider.Call call, CountDownLatch finish) throws IOException, InterruptedException {
        if (!call.request().body().contains("long")) {
            call.completion("from a");
            return;
        }
        call.startStream();
        call.content("first");
        finish.await();
        call.content("last");
        call.done();
    }

    private List<RawClient> openStreams() throws IOException {
        List<RawClient> streams = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawClient stream =
                    RawClient.post(edited.gateway().port(), chat("gpt-4", true).replace("hello", "long"));
            stream.head();
            assertThat(stream.nextEvent()).contains("first");
            streams.add(stream);
        }
        return streams;
    }

    /** One provider stays, the other is another one each time, with connections of its own. */
    private String configuration(int round) {
        return providers(
                provider("a", first, "priority: 1\ntimeouts: {connect: " + (round + 1) + "s}"),
                provider("b" + round % 3, second, "priority: 2"));
    }

    private static String[] changes(int round) {
        return new String[] {
            "providers.a.timeouts.connect changed",
            "providers.b" + (round - 1) % 3 + " removed",
            "providers.b" + round % 3 + " added",
            "routing.providers changed"
        };
    }

    private long pools() {
        return edited.gateway().camel().getEndpoints().stream()
                .filter(HttpEndpoint.class::isInstance)
                .count();
    }

    /** Four clients that ask without a pause, half of them for streams. */
    private static final class Load implements AutoCloseable {

        private final Queue<String> lost = new ConcurrentLinkedQueue<>();
        private final AtomicInteger served = new AtomicInteger();
        private final AtomicBoolean done = new AtomicBoolean();
        private final List<Thread> clients = new ArrayList<>();

        Load(TestGateway gateway) {
            for (int i = 0; i < 4; i++) {
                boolean stream = i % 2 == 0;
                clients.add(new Thread(() -> ask(gateway, stream)));
            }
            clients.forEach(Thread::start);
        }

        private void ask(TestGateway gateway, boolean stream) {
            while (!done.get()) {
                HttpResponse<String> response = gateway.chat(chat("gpt-4", stream));
                served.incrementAndGet();
                if (response.statusCode() != 200 || !response.body().contains("from ")) {
                    lost.add(response.statusCode() + " " + response.body());
                }
            }
        }

        int served() {
            return served.get();
        }

        Queue<String> lost() {
            return lost;
        }

        @Override
        public void close() throws InterruptedException {
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
    }
}
