package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.time.Duration;
import java.util.Map;
import org.apache.logging.log4j.core.LogEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RequestLogTest {

    @Test
    void each_request_is_one_line_without_its_prompt() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("the answer");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-1");
            awaitLine(log, "id-1 model=gpt-4 provider=a attempts=1 status=200 tokens=5/7 ms=");
            assertThat(log.text()).doesNotContain("hello", "the answer");
        }
    }

    @Test
    void its_facts_are_keys_beside_the_message() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("the answer");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", a) + "server:\n  api_keys: [{key: client-key, name: team-a}]\n")) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-7", "x-api-key", "client-key");
            awaitLine(log, "id-7 model=gpt-4 provider=a attempts=1 status=200 tokens=5/7 ms=");
            awaitLine(log, " client=team-a");
            LogEvent line = log.events().stream()
                    .filter(event -> event.getLoggerName().equals("dev.loom.gateway.requests"))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.getContextData().toMap())
                    .containsKeys("request_id", "loom.ms")
                    .containsAllEntriesOf(Map.of("loom.model", "gpt-4", "loom.provider", "a", "loom.client", "team-a"))
                    .containsAllEntriesOf(Map.of("loom.status", "200", "loom.attempts", "1"))
                    .containsAllEntriesOf(Map.of("loom.tokens_in", "5", "loom.tokens_out", "7"));
        }
    }

    @Test
    void the_account_is_in_the_line_and_a_key_beside_it() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("the answer");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a)
                        + "token_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous}\n")) {
            gateway.chat(chat("gpt-4", false), "x-request-id", "id-8", "X-Org", "org-1");
            awaitLine(log, " account=org-1");
            assertThat(log.events())
                    .filteredOn(event -> event.getLoggerName().equals("dev.loom.gateway.requests"))
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line.getContextData().toMap()).containsEntry("loom.account", "org-1"));
        }
    }

    @Test
    void a_request_that_is_refused_is_a_line_too() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(a)) {
            gateway.chat(chat("nobody-serves-this", false), "x-request-id", "id-2");
            awaitLine(log, "id-2 model=nobody-serves-this provider=- attempts=0 status=404 tokens=0/0 ms=");
        }
    }

    @Test
    void prompts_and_answers_are_logged_where_the_configuration_says_so() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = FakeProvider.saying("the answer");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a) + "logging: {prompts: true}\n")) {
            gateway.chat(chat("gpt-4", true), "x-request-id", "id-3");
            awaitLine(log, "id-3 prompt [{\"role\":\"user\",\"content\":\"hello\"}]");
            awaitLine(log, "\"content\":\"the answer\"");
        }
    }

    @Test
    void a_failure_without_an_answer_has_no_status() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider broken = new FakeProvider(FakeProvider.Call::cut);
                FakeProvider failing = FakeProvider.failing(500, "server_error", "x");
                TestGateway gateway = TestGateway.over(broken, failing)) {
            gateway.chat(chat("gpt-4", false));
            awaitLine(log, "provider 'a' failed: transient: The connection to the provider broke");
            awaitLine(log, "provider 'b' failed: transient (HTTP 500): fake 500");
        }
    }

    @Test
    void a_provider_that_says_nothing_is_not_said_to_have_refused_the_connection() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider silent = new FakeProvider(FakeProvider.Call::awaitClosed);
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("timeouts: {response: 200ms, first_token: 200ms}", silent)
                                + "routing: {failover: {max_retries: 0}}\n")) {
            for (boolean stream : new boolean[] {false, true}) {
                assertThat(gateway.chat(chat("gpt-4", stream)).body())
                        .contains("The provider did not answer in time")
                        .doesNotContain("accept");
            }
            awaitLine(log, "provider 'a' failed: transient: The provider did not answer in time");
            assertThat(log.text()).doesNotContain("accept", "HTTP 0");
        }
    }

    private static void awaitLine(CapturedLog log, String part) {
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(log.text())
                .contains(part));
    }
}
