package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of the table of outcomes over sockets: what the client gets, who is called, and what is remembered of the
 * provider. Every row has a provider of its own, which is asked first; one that always answers is next.
 */
class OutcomeTableTest {

    private static final FakeProvider FAULTY = FakeProvider.saying("unused");
    private static final FakeProvider NEXT = FakeProvider.saying("from the next");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (int i = 0; i < OutcomeRows.ALL.size(); i++) {
            OutcomeRow row = OutcomeRows.ALL.get(i);
            String url = row.extra().contains("base_url") ? "" : "base_url: " + FAULTY.url();
            yaml.append("  - name: p")
                    .append(i)
                    .append("\n    models: [m")
                    .append(i)
                    .append("]\n");
            yaml.append("type: %s\napi_key: %s\n%s\n%s\n"
                    .formatted(row.type(), OutcomeRows.KEY, url, row.extra())
                    .indent(4));
        }
        yaml.append("  - {name: next, type: openai, api_key: ")
                .append(OutcomeRows.KEY)
                .append(", base_url: '")
                .append(NEXT.url())
                .append("'}\n");
        gateway = TestGateway.start(yaml.toString());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        FAULTY.close();
        NEXT.close();
    }

    @BeforeEach
    void forget() {
        FAULTY.requests().clear();
        NEXT.requests().clear();
    }

    static Stream<OutcomeRow> rows() {
        return OutcomeRows.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_failed_attempt_has_exactly_its_consequences(OutcomeRow row) {
        int number = OutcomeRows.ALL.indexOf(row);
        String provider = "p" + number;
        FAULTY.behave(row.behaviour());
        try (CapturedLog log = new CapturedLog()) {
            Instant before = Instant.now();
            HttpResponse<String> response = gateway.chat(chat("m" + number, row.stream()));

            assertThat(FAULTY.requests()).hasSize(row.extra().contains("base_url") ? 0 : 1);
            assertThat(response.body()).doesNotContain(OutcomeRows.KEY);
            theClientGets(row, response);
            theProviderIsRemembered(row, provider, before);
            theLogTells(row, provider, log);
        }
    }

    private static void theClientGets(OutcomeRow row, HttpResponse<String> response) {
        if (row.relayed() == 0) {
            Answers.isFrom(response, "next", 2);
            assertThat(response.body()).contains("from the next");
            assertThat(NEXT.requests()).hasSize(1);
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_failovers_total{from=\"p" + OutcomeRows.ALL.indexOf(row) + "\",reason=\""
                            + reason(row) + "\",to=\"next\"} 1.0");
        } else {
            JsonNode error = Answers.error(response, row.relayed());
            assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
            assertThat(error.path("attempts").path(0).path("class").asText()).isEqualTo(row.outcome());
            assertThat(Answers.header(response, "x-loom-attempts")).isEqualTo("1");
            assertThat(Answers.provider(response)).isEqualTo("p" + OutcomeRows.ALL.indexOf(row));
            assertThat(Answers.header(response, "x-loom-model")).isEqualTo("m" + OutcomeRows.ALL.indexOf(row));
            assertThat(NEXT.requests()).isEmpty();
        }
    }

    /** As in the metric of failovers. */
    private static String reason(OutcomeRow row) {
        return switch (row.outcome()) {
            case "transient" -> row.extra().contains("timeouts") ? "timeout" : "error";
            case "rate_limited" -> "rate_limit";
            case "model_gone" -> "model";
            case "unsupported_here" -> "error";
            default -> row.outcome();
        };
    }

    private static void theProviderIsRemembered(OutcomeRow row, String provider, Instant before) {
        JsonNode stats = gateway.stats(provider);
        assertThat(stats.path("errors").toString()).isEqualTo("{\"" + row.outcome() + "\":1}");
        assertThat(stats.path("in_flight").asInt()).isZero();
        assertThat(stats.path("circuit_breaker").path("consecutive_failures").asInt())
                .isEqualTo(row.outcome().equals("transient") ? 1 : 0);
        if (row.coolDown().isZero()) {
            assertThat(stats.path("cooldown_until").isNull()).isTrue();
        } else {
            Instant until = Instant.parse(stats.path("cooldown_until").asText());
            assertThat(until).isCloseTo(before.plus(row.coolDown()), within(3, ChronoUnit.SECONDS));
        }
    }

    private static void theLogTells(OutcomeRow row, String provider, CapturedLog log) {
        assertThat(log.text()).doesNotContain(OutcomeRows.KEY);
        boolean someoneMustAct =
                row.outcome().equals("credential") || row.outcome().equals("quota");
        assertThat(log.events().stream().filter(event -> event.getLevel() == Level.ERROR))
                .hasSize(someoneMustAct ? 1 : 0)
                .allMatch(event -> event.getMessage().getFormattedMessage().contains("'" + provider + "'"));
    }
}
