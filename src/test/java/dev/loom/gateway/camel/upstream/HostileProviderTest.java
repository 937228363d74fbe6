package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no provider should send: the next one answers, and nothing of it reaches the client. Long: there are many
 * ways to be a bad provider.
 */
class HostileProviderTest {

    private static final String COMPLETION = FakeProvider.Call.completionBody("from a");

    private static String head(String... headers) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + COMPLETION.length() + "\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private static FakeProvider bad;
    private static FakeProvider good;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        bad = FakeProvider.saying("");
        good = FakeProvider.saying("from b");
        gateway = TestGateway.start(
                TestGateway.providers("", bad, good) + "routing: {failover: {circuit_breaker: {enabled: false}}}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        bad.close();
        good.close();
    }

    /** What the gateway says in front of a provider that behaves so, with a good one behind it. */
    private static HttpResponse<String> answer(FakeProvider.Behaviour behaviour, boolean stream) {
        bad.behave(behaviour);
        return gateway.chat(chat("gpt-4", stream));
    }

    private static HttpResponse<String> impatientAnswer(FakeProvider.Behaviour behaviour) {
        try (FakeProvider a = new FakeProvider(behaviour);
                TestGateway impatient =
                        TestGateway.start(TestGateway.providers("timeouts: {response: 500ms}", a, good))) {
            return impatient.chat(chat("gpt-4", false));
        }
    }

    private static void assertFromB(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-loom-provider")).hasValue("b");
        assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
        assertThat(response.body()).contains("from b");
    }

    @Test
    void thousands_of_headers_are_no_answer() {
        assertFromB(
                answer(call -> call.raw(head("X-Header: value\r\n".repeat(5000) + "X-Last: 1") + COMPLETION), false));
    }

    @Test
    void headers_without_end_are_no_answer() {
        assertFromB(answer(
                call -> {
                    call.raw("HTTP/1.1 200 OK\r\n");
                    while (true) {
                        call.raw("X-Header: value\r\n");
                    }
                },
                true));
    }

    @Test
    void a_header_without_end_is_no_answer() {
        assertFromB(answer(
                call -> {
                    call.raw("HTTP/1.1 200 OK\r\nX-Header: ");
                    while (true) {
                        call.raw("value".repeat(100));
                    }
                },
                false));
    }

    @Test
    void a_body_of_100_megabytes_is_no_answer() {
        assertFromB(answer(
                call -> {
                    call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n");
                    String megabyte = " ".repeat(1 << 20);
                    for (int i = 0; i < 100; i++) {
                        call.raw(megabyte);
                    }
                },
                false));
    }

    @Test
    void an_error_without_end_goes_to_the_next_provider() {
        assertFromB(answer(
                call -> {
                    call.raw("HTTP/1.1 500 X\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (true) {
                        call.write("no".repeat(4096));
                    }
                },
                false));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_is_never_followed(int status) {
        try (FakeProvider trap = FakeProvider.saying("from the trap")) {
            assertFromB(answer(
                    call -> call.answer(status, "text/plain", "", "Location", trap.url() + "/chat/completions"),
                    false));
            assertThat(trap.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_provider_s_own_headers_stay_behind(boolean stream) {
        try (FakeProvider a = new FakeProvider(call -> {
                    if (stream) {
                        call.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nSet-Cookie: a=b\r\n"
                                + "X-Provider: 1\r\nCamelHttpResponseCode: 418\r\nServer: x\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n");
                        call.content("from a");
                        call.chunk("{}", "stop");
                        call.done();
                    } else {
                        call.raw(head(
                                        "Set-Cookie: a=b",
                                        "X-Provider: 1",
                                        "CamelHttpResponseCode: 418",
                                        "x-request-id: theirs",
                                        "Authorization: Bearer sk-provider-key",
                                        "Server: x")
                                + COMPLETION);
                    }
                });
                TestGateway own = TestGateway.over(a)) {
            HttpResponse<String> response = own.chat(chat("gpt-4", stream), "x-request-id", "mine");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().map().keySet())
                    .isSubsetOf(
                            ":status",
                            "cache-control",
                            "content-length",
                            "content-type",
                            "transfer-encoding",
                            "x-accel-buffering",
                            "x-loom-attempts",
                            "x-loom-model",
                            "x-loom-provider",
                            "x-request-id");
            assertThat(response.headers().firstValue("x-request-id")).hasValue("mine");
            own.chat(chat("gpt-4", stream));
            assertThat(a.requests()).hasSize(2);
            assertThat(a.requests().get(1).headers()).doesNotContainKey("Cookie");
        }
    }

    @Test
    void gzip_that_nobody_asked_for_is_unpacked() {
        HttpResponse<String> response = answer(
                call -> {
                    byte[] zipped = gzip(COMPLETION);
                    call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                            + "Content-Length: " + zipped.length + "\r\n\r\n");
                    call.raw(zipped);
                },
                false);
        assertThat(response.body()).contains("from a");
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void a_zip_bomb_is_no_answer() {
        byte[] bomb = gzip(" ".repeat(100 << 20));
        assertFromB(answer(
                call -> {
                    call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                            + "Content-Length: " + bomb.length + "\r\n\r\n");
                    call.raw(bomb);
                },
                false));
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_200_without_a_body_is_no_answer(boolean stream) {
        assertFromB(answer(call -> call.answer(200, "application/json", ""), stream));
        assertFromB(answer(call -> call.answer(200, "text/event-stream", ""), stream));
        assertFromB(answer(call -> call.raw("HTTP/1.1 204 No Content\r\n\r\n"), stream));
    }

    @Test
    void answers_that_are_only_announced_are_skipped() {
        HttpResponse<String> response = answer(
                call -> call.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        + head("X: 1") + COMPLETION),
                false);
        assertThat(response.body()).contains("from a");
    }

    @Test
    void announcements_without_end_end_with_the_timeout() {
        assertFromB(impatientAnswer(call -> {
            while (true) {
                call.raw("HTTP/1.1 100 Continue\r\n\r\n");
            }
        }));
    }

    @Test
    void an_answer_that_drips_ends_with_the_timeout() {
        assertFromB(impatientAnswer(call -> {
            call.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");
            call.awaitClosed();
        }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/9.9 200 OK\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 0 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 -20 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 2000 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 99999999999 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
                "\r\n\r\n\r\n\r\n"
            })
    void what_is_not_http_is_no_answer(String bytes) {
        assertFromB(answer(
                call -> {
                    call.raw(bytes);
                    call.cut();
                },
                false));
    }
}
