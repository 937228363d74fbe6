package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a provider's connection between two requests: it is used again where nothing stands on it, and
 * otherwise nobody notices. Long: there is much that can stand on a connection.
 */
class ConnectionReuseTest {

    private static final Pattern ID = Pattern.compile("id-\\d+");

    @TempDir
    static Path directory;

    private static TestCertificates.Identity server;

    @BeforeAll
    static void certify() throws Exception {
        server = new TestCertificates(directory).make("server", "ip:127.0.0.1");
    }

    private static String id(Call call) {
        Matcher id = ID.matcher(call.request().body());
        assertThat(id.find()).isTrue();
        return id.group();
    }

    private static String chat(int id, boolean stream) {
        return TestGateway.chat("gpt-4", stream).replace("hello", "id-" + id);
    }

    private static void assertAnswered(TestGateway gateway, int id, boolean stream) {
        HttpResponse<String> response = gateway.chat(chat(id, stream));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("id-" + id);
        assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
    }

    /** A client has its stream's last word before the provider's connection is set free. */
    private static void awaitEnd(TestGateway gateway) {
        await().until(() -> gateway.camel().getInflightRepository().size() == 0);
    }

    private static void assertNoFailure(TestGateway gateway) {
        assertThat(gateway.stats("a").path("errors")).isEmpty();
        assertThat(gateway.stats("a")
                        .at("/circuit_breaker/consecutive_failures")
                        .asInt())
                .isZero();
    }

    private static String completion(String text) {
        String body = Call.completionBody(text);
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_connection_is_used_again_and_again(boolean stream) {
        try (FakeProvider a = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.over(a)) {
            for (int i = 0; i < 5; i++) {
                assertAnswered(gateway, i, stream);
                awaitEnd(gateway);
            }
            assertThat(a.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void over_tls_a_connection_is_used_again_too(boolean stream) throws Exception {
        try (FakeProvider a = new FakeProvider(call -> call.completion(id(call)), socket());
                TestGateway gateway = overTls(a)) {
            for (int i = 0; i < 5; i++) {
                assertAnswered(gateway, i, stream);
                awaitEnd(gateway);
            }
            assertThat(a.accepted()).isEqualTo(1);
        }
    }

    private static ServerSocket socket() throws Exception {
        return server.server(null).getServerSocketFactory().createServerSocket();
    }

    private static TestGateway overTls(FakeProvider... providers) throws Exception {
        return TestGateway.start(TestGateway.providers("tls: {ca_file: " + server.certificate() + "}", providers)
                .replace("http://127", "https://127"));
    }

    /** What a provider, or a box in between, sends that belongs to no request; each behind a whole answer. */
    private static final String ANOTHER_S_ANSWER = completion("somebody else's");

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void a_second_answer_behind_the_first_goes_to_nobody(boolean stream, boolean tls) throws Exception {
        assertStayBehind(
                call -> {
                    if (stream) {
                        call.completion(id(call));
                        call.raw(ANOTHER_S_ANSWER);
                    } else {
                        call.raw(completion(id(call)) + ANOTHER_S_ANSWER);
                    }
                },
                stream,
                tls);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void what_follows_the_end_that_content_length_names_is_no_answer(boolean tls) throws Exception {
        assertStayBehind(call -> call.raw(completion(id(call)) + " ".repeat(20_000)), false, tls);
    }

    private static void assertStayBehind(Behaviour behaviour, boolean stream, boolean tls) throws Exception {
        try (FakeProvider a = tls ? new FakeProvider(behaviour, socket()) : new FakeProvider(behaviour);
                TestGateway gateway = tls ? overTls(a) : TestGateway.over(a)) {
            for (int i = 0; i < 20; i++) {
                assertAnswered(gateway, i, stream);
            }
            assertNoFailure(gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_comes_while_nobody_asks_is_no_answer(boolean tls) throws Exception {
        AtomicReference<Call> idle = new AtomicReference<>();
        Behaviour behaviour = call -> {
            call.completion(id(call));
            idle.set(call);
        };
        try (FakeProvider a = tls ? new FakeProvider(behaviour, socket()) : new FakeProvider(behaviour);
                TestGateway gateway = tls ? overTls(a) : TestGateway.over(a)) {
            assertAnswered(gateway, 1, false);
            await().until(() -> idle.get() != null);
            idle.get().raw(ANOTHER_S_ANSWER);
            assertAnswered(gateway, 2, false);
            assertThat(a.accepted()).isEqualTo(2);
            assertAnswered(gateway, 3, false);
            assertThat(a.accepted()).as("trust is lost").isEqualTo(3);
            assertNoFailure(gateway);
        }
    }

    /** As servers send tickets for later sessions, at any time. */
    @Test
    void what_tls_says_for_itself_while_nobody_asks_ends_no_connection() throws Exception {
        AtomicReference<Call> idle = new AtomicReference<>();
        try (FakeProvider a = new FakeProvider(
                        call -> {
                            call.completion(id(call));
                            idle.set(call);
                        },
                        socket());
                TestGateway gateway = overTls(a)) {
            for (int i = 0; i < 3; i++) {
                assertAnswered(gateway, i, false);
                await().until(() -> idle.get() != null);
                idle.getAndSet(null).renewKeys();
            }
            assertThat(a.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TLSv1.2", "TLSv1.3"})
    void an_answer_that_comes_before_the_first_request_is_none(String tls) throws Exception {
        ServerSocket socket = tls.isEmpty() ? new ServerSocket() : socket();
        if (socket instanceof SSLServerSocket secure) {
            secure.setEnabledProtocols(new String[] {tls});
        }
        try (FakeProvider a = FakeProvider.greeting(ANOTHER_S_ANSWER, call -> call.completion(id(call)), socket);
                FakeProvider b = tls.isEmpty()
                        ? new FakeProvider(call -> call.completion(id(call)))
                        : new FakeProvider(call -> call.completion(id(call)), socket());
                TestGateway gateway = tls.isEmpty() ? TestGateway.over(a, b) : overTls(a, b)) {
            // On a busy machine the first one may come later than anybody waits for it.
            await().until(() -> gateway.chat(chat(0, false))
                    .headers()
                    .firstValue("x-loom-provider")
                    .equals(Optional.of("b")));
            int asked = a.requests().size();
            for (int i = 1; i < 4; i++) {
                assertThat(gateway.chat(chat(i, false)).body()).contains("id-" + i);
            }
            assertThat(a.requests()).hasSize(asked);
        }
    }

    @Test
    void after_bytes_that_nobody_asked_for_each_request_has_a_connection_of_its_own() throws Exception {
        try (FakeProvider a = new FakeProvider(call -> {
                    boolean first = call.request().body().contains("id-0");
                    call.raw(completion(id(call)) + (first ? ANOTHER_S_ANSWER : ""));
                });
                TestGateway gateway = TestGateway.over(a)) {
            for (int i = 0; i < 4; i++) {
                assertAnswered(gateway, i, false);
            }
            assertThat(a.accepted()).isEqualTo(4);
        }
    }

    @Test
    void a_204_ends_its_connection_for_nobody_knows_what_follows() {
        try (FakeProvider a = new FakeProvider(call ->
                        call.raw("HTTP/1.1 204 No Content\r\n\r\n" + (call.number() == 1 ? ANOTHER_S_ANSWER : "")));
                FakeProvider b = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.over(a, b)) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.chat(chat(i, false)).body()).contains("id-" + i);
            }
            assertThat(a.accepted()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void a_provider_that_closes_what_is_idle_has_not_failed(boolean stream, boolean tls) throws Exception {
        assertStayBehind(
                call -> {
                    call.completion(id(call));
                    call.close();
                },
                stream,
                tls);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_request_that_met_a_closing_connection_is_sent_again_on_a_new_one(boolean reset) {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.number() == 1) {
                        call.completion(id(call));
                    } else if (reset) {
                        call.cut();
                    } else {
                        call.close();
                    }
                });
                TestGateway gateway = TestGateway.over(a)) {
            for (int i = 0; i < 3; i++) {
                // The connection of a stream may come back to the pool after the client's next request.
                assertAnswered(gateway, i, i == 2);
            }
            assertThat(a.requests()).hasSize(5);
            assertThat(a.accepted()).isEqualTo(3);
            assertNoFailure(gateway);
            assertThat(gateway.stats("a").path("requests").asInt()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_408_while_nobody_asks_says_that_the_connection_ends_and_no_more(boolean tls) throws Exception {
        AtomicReference<Call> idle = new AtomicReference<>();
        Behaviour behaviour = call -> {
            call.completion(id(call));
            idle.compareAndSet(null, call);
        };
        try (FakeProvider a = tls ? new FakeProvider(behaviour, socket()) : new FakeProvider(behaviour);
                TestGateway gateway = tls ? overTls(a) : TestGateway.over(a)) {
            assertAnswered(gateway, 1, false);
            await().until(() -> idle.get() != null);
            idle.get().json(408, "{}", "Connection", "close");
            assertAnswered(gateway, 2, false);
            assertAnswered(gateway, 3, false);
            assertThat(a.accepted()).as("trust is kept").isEqualTo(2);
            assertNoFailure(gateway);
        }
    }

    /** It has come after the look, and speaks of the time before the request. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "keep-alive"})
    void a_request_that_met_the_408_of_a_closing_connection_is_sent_again_on_a_new_one(String end) {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.number() == 1) {
                        call.completion(id(call));
                    } else {
                        call.json(408, "{}", "Connection", end);
                        call.close();
                    }
                });
                FakeProvider b = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.over(a, b)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> response = gateway.chat(chat(i, false));
                assertThat(response.body()).contains("id-" + i);
            }
            assertThat(a.requests()).hasSize(end.equals("close") ? 5 : 3);
            assertThat(gateway.stats("a").at("/errors").isEmpty()).isEqualTo(end.equals("close"));
        }
    }

    @Test
    void it_is_sent_again_once_and_on_no_other_used_connection() {
        CountDownLatch both = new CountDownLatch(2);
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.request().body().contains("id-3")) {
                        call.cut();
                        return;
                    }
                    both.countDown();
                    both.await();
                    call.completion(id(call));
                });
                FakeProvider b = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.over(a, b)) {
            Thread other = new Thread(() -> gateway.chat(chat(1, false)));
            other.start();
            gateway.chat(chat(2, false));
            await().until(() -> !other.isAlive());

            HttpResponse<String> response = gateway.chat(chat(3, false));

            assertThat(response.body()).contains("id-3");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
            assertThat(a.requests()).hasSize(4);
            assertThat(a.accepted()).isEqualTo(3);
            assertThat(gateway.stats("a").at("/errors/transient").asInt()).isEqualTo(1);
        }
    }

    @Test
    void an_answer_that_has_begun_is_not_asked_for_again() {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.number() == 1) {
                        call.completion(id(call));
                    } else {
                        call.raw("H");
                        call.cut();
                    }
                });
                FakeProvider b = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.over(a, b)) {
            gateway.chat(chat(1, false));
            assertThat(gateway.chat(chat(2, false)).headers().firstValue("x-loom-provider"))
                    .hasValue("b");
            assertThat(a.requests()).hasSize(2);
        }
    }

    @Test
    void silence_is_not_asked_again() {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.number() == 1) {
                        call.completion(id(call));
                    } else {
                        call.awaitClosed();
                    }
                });
                FakeProvider b = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {response: 300ms}", a, b))) {
            gateway.chat(chat(1, false));
            HttpResponse<String> response = gateway.chat(chat(2, false));
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("b");
            assertThat(a.requests()).hasSize(2);
            assertThat(gateway.stats("a").at("/errors/transient").asInt()).isEqualTo(1);
        }
    }

    @Test
    void each_part_of_a_request_in_parts_meets_closing_connections_as_a_whole_one_does() {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (call.number() > 1) {
                        call.cut();
                    } else {
                        call.json(200, "{\"embedding\":{\"values\":[0.5]}}");
                    }
                });
                TestGateway gateway = TestGateway.start(
                        """
                        providers:
                          - {name: a, type: vertex, api_key: k, project_id: p, location: l, base_url: "http://127.0.0.1:%d", models: [gemini-embedding-2]}
                        """
                                .formatted(a.port()))) {
            HttpResponse<String> response =
                    gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/embeddings"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\":\"gemini-embedding-2\",\"input\":[\"one\",\"two\",\"three\"]}")));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
            assertThat(a.accepted()).isEqualTo(3);
            assertNoFailure(gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timeout=0",
                "timeout = 0",
                "timeout=0.0",
                "timeout=\"0\"",
                "TIMEOUT=0",
                "max=5, timeout=0",
                "timeout=9, timeout=0"
            })
    void a_provider_s_keep_alive_is_honoured(String keepAlive) {
        assertThat(connectionsOfTwo(keepAlive)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timeout",
                "timeout=",
                "timeout=x",
                "timeout=-1",
                "timeout=0x",
                "0",
                "timeout=99999999999999999999"
            })
    void a_keep_alive_that_means_nothing_is_ignored(String keepAlive) {
        assertThat(connectionsOfTwo(keepAlive)).isEqualTo(1);
    }

    private static int connectionsOfTwo(String keepAlive) {
        String body = Call.completionBody("id-1");
        try (FakeProvider a = new FakeProvider(call -> call.json(200, body, "Keep-Alive", keepAlive));
                TestGateway gateway = TestGateway.over(a)) {
            assertAnswered(gateway, 1, false);
            assertAnswered(gateway, 1, false);
            return a.accepted();
        }
    }

    /** In seconds, and also where {@code timeouts.keep_alive} would allow more. */
    @Test
    void the_seconds_of_a_provider_s_keep_alive_are_honoured() {
        String body = Call.completionBody("id-1");
        try (FakeProvider a = new FakeProvider(call -> call.json(200, body, "Keep-Alive", "timeout=1, max=100"));
                TestGateway gateway = TestGateway.over(a)) {
            assertAnswered(gateway, 1, false);
            await("the gateway to close it").atMost(Duration.ofSeconds(20)).until(() -> a.connections() == 0);
        }
    }

    /** Else it would stay half closed, which the operating system calls CLOSE_WAIT. */
    @Test
    void a_connection_that_its_provider_has_closed_is_closed_by_the_gateway_too() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (FakeProvider a = new FakeProvider(call -> {
                    call.completion(id(call));
                    call.endOutput();
                    call.awaitClosed(closed);
                });
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {keep_alive: 100ms}", a))) {
            assertAnswered(gateway, 1, false);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void connections_that_nobody_uses_are_closed() {
        try (FakeProvider a = new FakeProvider(call -> call.completion(id(call)));
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {keep_alive: 100ms}", a))) {
            assertAnswered(gateway, 1, false);
            await().until(() -> a.connections() == 0);
        }
    }
}
