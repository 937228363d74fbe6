package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code x-request-id} on every kind of answer. */
class RequestIdTest {

    private static final String CHAT = "/v1/chat/completions";

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        gateway = TestGateway.over(provider);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static RawHttp.Answer post(boolean stream, String id) throws IOException {
        return RawHttp.post(gateway.port(), CHAT, TestGateway.chat("gpt-4", stream), "x-request-id: " + id);
    }

    @Test
    void a_harmless_one_is_kept() throws IOException {
        String longest = "aZ09._-".repeat(20).substring(0, 128);
        assertThat(post(false, longest).header("x-request-id")).isEqualTo(longest);
        assertThat(post(true, longest).header("x-request-id")).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a\tb", "a\r\n b", "ä", "a,b", "${jndi:ldap://x}", "<script>"})
    void any_other_is_replaced(String id) throws IOException {
        assertThat(post(false, id).header("x-request-id")).matches("req_[0-9a-f-]{36}");
    }

    @Test
    void one_of_129_characters_is_replaced() throws IOException {
        assertThat(post(true, "a".repeat(129)).header("x-request-id")).matches("req_[0-9a-f-]{36}");
    }

    @Test
    void errors_carry_it_too() throws IOException {
        String id = "x-request-id: mine";
        String body = TestGateway.chat("gpt-4", false);
        assertThat(RawHttp.post(gateway.port(), CHAT, "{}", id).header("x-request-id"))
                .isEqualTo("mine");
        assertThat(RawHttp.post(gateway.port(), CHAT, TestGateway.chat("none", false), id)
                        .header("x-request-id"))
                .isEqualTo("mine");
        assertThat(RawHttp.post(gateway.port(), "/nope", body, id).header("x-request-id"))
                .isEqualTo("mine");
        assertThat(RawHttp.get(gateway.port(), CHAT, id).header("x-request-id")).isEqualTo("mine");
        assertThat(RawHttp.post(gateway.port(), CHAT, body, id, "Content-Type: text/plain")
                        .header("x-request-id"))
                .isEqualTo("mine");
        assertThat(RawHttp.get(gateway.port(), "/v1/%zz", id).header("x-request-id"))
                .isEqualTo("mine");
        assertThat(RawHttp.get(gateway.port(), "/v1/models", id).header("x-request-id"))
                .isEqualTo("mine");
    }

    @Test
    void so_does_an_answer_that_no_provider_could_give() throws IOException {
        try (FakeProvider failing = FakeProvider.failing(503, "server_error", "x");
                TestGateway over = TestGateway.start(TestGateway.providers("", failing)
                        + "routing: {failover: {enabled: false}}\nserver: {max_body: 1KB}\n")) {
            RawHttp.Answer answer =
                    RawHttp.post(over.port(), CHAT, TestGateway.chat("gpt-4", false), "x-request-id: mine");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("x-request-id")).isEqualTo("mine");
            RawHttp.Answer tooLong = RawHttp.post(over.port(), CHAT, "x".repeat(2000), "x-request-id: mine");
            assertThat(tooLong.status()).isEqualTo(413);
            assertThat(tooLong.header("x-request-id")).isEqualTo("mine");
        }
    }
}
