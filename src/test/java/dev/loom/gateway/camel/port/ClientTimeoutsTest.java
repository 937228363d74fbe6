package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that begin and do not go on, on either port. Each wait is for the gateway, which has short settings here. */
class ClientTimeoutsTest {

    private static final String SETTINGS =
            "server: {header_timeout: 400ms, body_timeout: 300ms, keep_alive_timeout: 200ms}\n";
    private static final String GET = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String POST =
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n";
    private static final String BODY = chat("gpt-4", false);

    /** Where only pauses are short, so that a slow machine takes none of the others for too long. */
    private static final String SHORT_PAUSES = "server: {body_timeout: 3s, keep_alive_timeout: 400ms}\n";

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.start(TestGateway.providers("", provider) + SETTINGS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static int[] ports() {
        return new int[] {gateway.port(), gateway.adminPort()};
    }

    @Test
    void a_connection_on_which_nothing_is_said_ends_without_a_word() throws IOException {
        for (int port : ports()) {
            try (RawHttp client = new RawHttp(port)) {
                assertThat(client.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "})
    void a_head_that_does_not_end_is_408(String begun) throws IOException {
        for (int port : ports()) {
            try (RawHttp client = new RawHttp(port)) {
                assertTimedOut(client.send(begun));
            }
        }
    }

    /** Also where the client says one byte more each time, which is no silence. */
    @Test
    void a_head_has_so_long_in_all() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nX-A: ");
            awaitIdleTimeout(gateway);
            client.send("b");
            awaitIdleTimeout(gateway);
            client.send("c");
            assertTimedOut(client);
        }
    }

    /** Returns when a keep-alive connection of this moment has timed out. */
    private static void awaitIdleTimeout(TestGateway at) throws IOException {
        try (RawHttp idle = new RawHttp(at.port())) {
            assertThat(idle.send(GET).read().status()).isEqualTo(200);
            assertThat(idle.isClosed()).isTrue();
        }
    }

    private static void assertTimedOut(RawHttp client) throws IOException {
        Answer answer = client.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.header("x-request-id")).isNotBlank();
        assertThat(answer.body()).contains("\"type\":\"invalid_request_error\"");
        assertThat(client.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"model\":"})
    void a_body_that_falls_silent_is_408(String begun) throws IOException {
        String[] paths = {"/v1/chat/completions", "/ai/route/explain"};
        for (int i = 0; i < 2; i++) {
            try (RawHttp client = new RawHttp(ports()[i])) {
                client.send(POST.formatted(paths[i], 100) + begun);
                assertTimedOut(client);
            }
        }
    }

    @Test
    void a_body_that_comes_slowly_is_read_as_long_as_it_comes() throws IOException {
        try (TestGateway patient = TestGateway.start(TestGateway.providers("", provider) + SHORT_PAUSES);
                RawHttp client = new RawHttp(patient.port())) {
            client.send(POST.formatted("/v1/chat/completions", BODY.length()));
            for (int i = 0; i < 10; i++) {
                client.send(BODY.substring(i, i + 1));
                awaitIdleTimeout(patient);
            }
            client.send(BODY.substring(10));
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void a_connection_between_two_requests_ends_without_a_word() throws IOException {
        for (int port : ports()) {
            try (RawHttp client = new RawHttp(port)) {
                assertThat(client.send(GET).read()).isNotNull();
                assertThat(client.send(GET).read()).isNotNull();
                assertThat(client.isClosed()).isTrue();
            }
        }
    }

    @Test
    void a_second_request_that_begins_has_the_time_of_a_head_and_not_that_of_a_pause() throws IOException {
        try (TestGateway patient = TestGateway.start(TestGateway.providers("", provider) + SHORT_PAUSES);
                RawHttp client = new RawHttp(patient.port())) {
            assertThat(client.send(GET).read().status()).isEqualTo(200);
            client.send(GET.substring(0, 10));
            awaitIdleTimeout(patient);
            assertThat(client.send(GET.substring(10)).read().status()).isEqualTo(200);
        }
    }

    @Test
    void whoever_waits_for_an_answer_waits_as_long_as_the_provider_takes() throws IOException {
        CountDownLatch later = new CountDownLatch(1);
        provider.behave(call -> {
            later.await();
            call.completion("at last");
        });
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(POST.formatted("/v1/chat/completions", BODY.length()) + BODY);
            for (int i = 0; i < 4; i++) {
                awaitIdleTimeout(gateway);
            }
            later.countDown();
            assertThat(client.read().body()).contains("at last");
        } finally {
            provider.behave(call -> call.completion("fine"));
        }
    }

    @Test
    void a_body_that_nobody_wants_may_not_come_for_ever() throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(POST.formatted("/nope", 1000));
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void hundreds_of_slow_clients_keep_nobody_waiting() throws IOException {
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                slow.add(new RawHttp(gateway.port()).send("GET / HTTP/1.1\r\nX-A: "));
            }
            assertThat(gateway.chat(BODY).statusCode()).isEqualTo(200);
            for (RawHttp client : slow) {
                assertTimedOut(client);
            }
        } finally {
            for (RawHttp client : slow) {
                client.close();
            }
        }
    }
}
