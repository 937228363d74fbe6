package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that has read no more than the head of a large request, and answers: the answer counts as any other. */
class EarlyAnswersTest {

    private static final int SIZE = 5 << 20;
    private static final String TOO_LARGE = "{\"error\":{\"message\":\"The request is too large\","
            + "\"type\":\"invalid_request_error\",\"code\":\"request_too_large\"}}";

    @TempDir
    static Path directory;

    private static TestCertificates.Identity server;

    private final CountDownLatch done = new CountDownLatch(1);

    @BeforeAll
    static void certify() throws Exception {
        server = new TestCertificates(directory).make("server", "ip:127.0.0.1");
    }

    @AfterEach
    void end() {
        done.countDown();
    }

    /** What becomes of the connection behind the answer. */
    private enum End {
        /** With unread bytes before it, so that the operating system sends a reset. */
        CLOSES_AT_ONCE,
        CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,
        STAYS_OPEN_AND_DOES_NOT_READ,
        READS_ON_AND_CLOSES
    }

    private Behaviour answering(int status, String body, End end) {
        return call -> {
            if (end == End.STAYS_OPEN_AND_DOES_NOT_READ) {
                call.json(status, body);
            } else {
                call.json(status, body, "Connection", "close");
            }
            after(call, end);
        };
    }

    private void after(Call call, End end) throws IOException, InterruptedException {
        switch (end) {
            case CLOSES_AT_ONCE -> call.close();
            case CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ -> {
                call.endOutput();
                done.await();
                call.cut();
            }
            case STAYS_OPEN_AND_DOES_NOT_READ -> {
                done.await();
                call.cut();
            }
            case READS_ON_AND_CLOSES -> call.rest(2 * SIZE);
        }
    }

    private static FakeProvider provider(Behaviour behaviour, boolean tls) throws Exception {
        ServerSocket socket =
                tls ? server.server(null).getServerSocketFactory().createServerSocket() : new ServerSocket();
        socket.setReceiveBufferSize(8 << 10);
        return FakeProvider.ofHeads(behaviour, socket);
    }

    private static TestGateway gateway(boolean tls, FakeProvider... providers) throws Exception {
        String yaml = TestGateway.providers("timeouts: {response: 5s, first_token: 5s}", providers);
        if (tls) {
            String secure = "https://127.0.0.1:" + providers[0].port() + "/v1\n    tls: {ca_file: "
                    + server.certificate() + "}";
            yaml = yaml.replace(providers[0].url(), secure);
        }
        return TestGateway.start(yaml);
    }

    private static String large(boolean stream) {
        return TestGateway.chat("gpt-4", stream).replace("hello", "x".repeat(SIZE));
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSES_AT_ONCE,false",
        "CLOSES_AT_ONCE,true",
        "CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,false",
        "CLOSES_ITS_OUTPUT_AND_DOES_NOT_READ,true",
        "STAYS_OPEN_AND_DOES_NOT_READ,false",
        "STAYS_OPEN_AND_DOES_NOT_READ,true",
        "READS_ON_AND_CLOSES,false",
        "READS_ON_AND_CLOSES,true"
    })
    void a_request_that_is_too_large_is_the_callers_fault(End end, boolean tls) throws Exception {
        try (FakeProvider a = provider(answering(413, TOO_LARGE, end), tls);
                TestGateway gateway = gateway(tls, a)) {
            JsonNode error = Answers.error(gateway.chat(large(false)), 413);
            assertThat(error.path("message").asText()).isEqualTo("The request is too large");
            assertThat(a.accepted()).isEqualTo(1);
            assertThat(gateway.stats("a").at("/errors/caller_fault").asInt()).isEqualTo(1);
            done.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void too_many_requests_go_on_to_the_next_provider(End end) throws Exception {
        String body = "{\"error\":{\"message\":\"Slow down\",\"code\":\"rate_limit_exceeded\"}}";
        try (FakeProvider a = provider(answering(429, body, end), false);
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = gateway(false, a, b)) {
            HttpResponse<String> response = gateway.chat(large(true));
            assertThat(response.body()).contains("from b");
            assertThat(gateway.stats("a").at("/errors/rate_limited").asInt()).isEqualTo(1);
            done.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void an_answer_that_needs_no_body_is_an_answer(End end) throws Exception {
        try (FakeProvider a = provider(answering(200, Call.completionBody("early"), end), false);
                TestGateway gateway = gateway(false, a)) {
            HttpResponse<String> response = gateway.chat(large(false));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).contains("early");
            done.countDown();
        }
    }

    /** The provider would take the rest of the old body for the beginning of the next request. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_connection_on_which_a_body_was_broken_off_is_not_used_again(boolean tls) throws Exception {
        try (FakeProvider a =
                        provider(answering(200, Call.completionBody("early"), End.STAYS_OPEN_AND_DOES_NOT_READ), tls);
                TestGateway gateway = gateway(tls, a)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(gateway.chat(large(false)).statusCode()).isEqualTo(200);
                assertThat(a.accepted()).isEqualTo(i);
            }
            done.countDown();
            await().until(() -> a.connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_provider_that_closes_without_an_answer_has_failed(boolean tls) throws Exception {
        try (FakeProvider a = provider(Call::close, tls);
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = gateway(tls, a, b)) {
            assertThat(gateway.chat(large(false)).body()).contains("from b");
            assertThat(gateway.stats("a").at("/errors/transient").asInt()).isEqualTo(1);
        }
    }

    /** Interim answers are none, and a provider that reads slowly, but reads, gets the whole body. */
    @Test
    void a_provider_that_sends_signs_of_life_while_it_reads_gets_the_whole_body() throws Exception {
        try (FakeProvider a = provider(
                        call -> {
                            call.raw("HTTP/1.1 102 Processing\r\n\r\n");
                            int length =
                                    Integer.parseInt(call.request().headers().get("Content-Length"));
                            assertThat(call.rest(length)).hasSize(length);
                            call.json(200, Call.completionBody("whole"));
                        },
                        false);
                TestGateway gateway = gateway(false, a)) {
            for (int i = 0; i < 2; i++) {
                assertThat(gateway.chat(large(false)).body()).contains("whole");
            }
            assertThat(a.accepted()).isEqualTo(1);
        }
    }
}
