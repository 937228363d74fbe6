package dev.loom.gateway.camel;

import static dev.loom.gateway.camel.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.FakeProvider.Behaviour;
import dev.loom.gateway.camel.FakeProvider.Call;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

    private static final String KEY = "sk-test-0123456789abcdefghijklmnop";

    /**
     * What a provider does, and what that is.
     *
     * @param extra keys of the provider in the configuration
     * @param outcome its name in the statistics
     * @param relayed the status with which the client gets the error, 0 where the next provider answers
     */
    private record Row(
            String name,
            String type,
            String extra,
            boolean stream,
            Behaviour behaviour,
            String outcome,
            int relayed,
            Duration coolDown) {

        Row configured(String keys) {
            return new Row(name, type, keys, stream, behaviour, outcome, relayed, coolDown);
        }

        Row streamed() {
            return new Row("stream: " + name, type, extra, true, behaviour, outcome, relayed, coolDown);
        }

        Row coolsDown(Duration length) {
            return new Row(name, type, extra, stream, behaviour, outcome, relayed, length);
        }

        @Override
        public String toString() {
            return outcome + ": " + name;
        }
    }

    private static Row row(String outcome, String type, String name, Behaviour behaviour) {
        Duration coolDown =
                switch (outcome) {
                    case "rate_limited" -> Duration.ofSeconds(5);
                    case "quota", "credential" -> Duration.ofMinutes(30);
                    default -> Duration.ZERO;
                };
        return new Row(name, type, "", false, behaviour, outcome, 0, coolDown);
    }

    private static Row answers(String outcome, String type, int status, String body, String... headers) {
        return row(outcome, type, type + " " + status + " " + body, call -> call.json(status, body, headers));
    }

    private static Row openAi(String outcome, int status, String code) {
        return answers(outcome, "openai", status, error("invalid_request_error", "It says: " + code, code));
    }

    /** An error that the client gets at once. */
    private static Row relayed(Row row, int status) {
        return new Row(row.name, row.type, row.extra, row.stream, row.behaviour, row.outcome, status, row.coolDown);
    }

    private static String error(String type, String message, String code) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":\"" + code
                + "\"}}";
    }

    private static String anthropic(String type, String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
    }

    private static String google(int code, String status, String message, String details) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"" + status
                + "\",\"details\":[" + details + "]}}";
    }

    private static Behaviour streaming(String... events) {
        return call -> {
            call.startStream();
            for (String event : events) {
                call.write(event);
            }
            call.endStream();
        };
    }

    private static final List<Row> ROWS = Stream.of(
                    transients(), brokenAnswers(), rateLimits(), accounts(), credentials(), models(), faults())
            .flatMap(List::stream)
            .toList();

    private static List<Row> transients() {
        return List.of(
                openAi("transient", 408, "timeout"),
                openAi("transient", 409, "conflict"),
                openAi("transient", 500, "x"),
                openAi("transient", 502, "x"),
                openAi("transient", 503, "x"),
                openAi("transient", 504, "x"),
                answers("transient", "anthropic", 529, anthropic("overloaded_error", "Overloaded")),
                answers("transient", "vertex", 503, google(503, "UNAVAILABLE", "Overloaded", "")),
                answers("transient", "openai", 503, "<html>Bad gateway</html>"),
                openAi("transient", 503, "x").streamed(),
                row("transient", "openai", "refuses the connection", Call::cut)
                        .configured("base_url: http://127.0.0.1:1/v1"),
                row("transient", "openai", "hangs up", Call::cut),
                row("transient", "openai", "hangs up on a stream", Call::cut).streamed(),
                row("transient", "openai", "does not answer in time", Call::awaitClosed)
                        .configured("timeouts: {response: 300ms}"),
                row("transient", "openai", "is silent for too long", Call::awaitClosed)
                        .streamed()
                        .configured("timeouts: {first_token: 300ms}"));
    }

    private static List<Row> brokenAnswers() {
        String empty =
                "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
        String overloaded = "data: " + error("server_error", "Overloaded", "overloaded") + "\n\n";
        String anthropicError = "event: error\ndata: " + anthropic("overloaded_error", "Overloaded") + "\n\n";
        return List.of(
                answers("transient", "openai", 200, "<html>"),
                answers("transient", "openai", 200, ""),
                answers("transient", "openai", 200, "{\"id\":\"1\",\"object\":\"chat.completion\"}"),
                answers("transient", "openai", 200, error("server_error", "Overloaded", "overloaded")),
                answers("transient", "anthropic", 200, "[]"),
                answers("transient", "vertex", 200, "nothing"),
                row("transient", "openai", "breaks off its answer", call -> {
                    call.promise(1000, "{\"id\":");
                    call.cut();
                }),
                row("transient", "openai", "does not stream", call -> call.json(200, Call.completionBody("x")))
                        .streamed(),
                row("transient", "openai", "an error before the content", streaming(empty, overloaded))
                        .streamed(),
                row("transient", "openai", "an end before the content", streaming(empty))
                        .streamed(),
                row("transient", "openai", "no JSON in an event", streaming("data: <html>\n\n"))
                        .streamed(),
                row("transient", "anthropic", "an error event", streaming(anthropicError))
                        .streamed());
    }

    private static List<Row> rateLimits() {
        String message = "Too many requests";
        String retryInfo = "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"17s\"}";
        return List.of(
                openAi("rate_limited", 429, "rate_limit_exceeded"),
                openAi("rate_limited", 429, "rate_limit_exceeded").streamed(),
                answers("rate_limited", "openai", 429, ""),
                answers("rate_limited", "anthropic", 429, anthropic("rate_limit_error", message)),
                answers("rate_limited", "anthropic", 400, anthropic("rate_limit_error", message)),
                row(
                                "rate_limited",
                                "anthropic",
                                "rate_limit_error",
                                streaming("event: error\ndata: " + anthropic("rate_limit_error", message) + "\n\n"))
                        .streamed(),
                answers("rate_limited", "vertex", 429, google(429, "RESOURCE_EXHAUSTED", message, "")),
                answers("rate_limited", "vertex", 429, google(429, "RESOURCE_EXHAUSTED", message, retryInfo))
                        .coolsDown(Duration.ofSeconds(17)),
                answers("rate_limited", "openai", 429, "{}", "Retry-After", "60")
                        .coolsDown(Duration.ofMinutes(1)),
                answers("rate_limited", "openai", 429, "{}", "retry-after-ms", "90000")
                        .coolsDown(Duration.ofSeconds(90)),
                answers("rate_limited", "openai", 429, "{}", "x-ratelimit-reset-requests", "2m0s")
                        .coolsDown(Duration.ofMinutes(2)),
                row("rate_limited", "anthropic", "tells when its limit is reset", call -> {
                            String reset = Instant.now().plusSeconds(40).toString();
                            call.json(429, "{}", "anthropic-ratelimit-requests-reset", reset);
                        })
                        .coolsDown(Duration.ofSeconds(40)),
                answers("rate_limited", "openai", 429, "{}", "Retry-After", "999999")
                        .coolsDown(Duration.ofHours(24)));
    }

    private static List<Row> accounts() {
        String noCredit = "Your credit balance is too low to access the Anthropic API.";
        return List.of(
                openAi("quota", 402, "payment_required"),
                openAi("quota", 429, "insufficient_quota"),
                answers("quota", "openai", 429, error("insufficient_quota", "Used up", "x"), "Retry-After", "1"),
                openAi("quota", 400, "billing_hard_limit_reached"),
                answers("quota", "anthropic", 400, anthropic("invalid_request_error", noCredit)));
    }

    private static List<Row> credentials() {
        String reason = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}";
        String invalid = "API key not valid. Please pass a valid API key.";
        return List.of(
                answers("credential", "openai", 401, error("x", "Incorrect API key provided: " + KEY, "x")),
                openAi("credential", 401, "invalid_api_key").streamed(),
                answers("credential", "anthropic", 401, anthropic("authentication_error", "invalid x-api-key")),
                answers("credential", "anthropic", 403, anthropic("permission_error", "Not allowed")),
                answers("credential", "vertex", 403, google(403, "PERMISSION_DENIED", "Not allowed", "")),
                answers("credential", "vertex", 400, google(400, "INVALID_ARGUMENT", invalid, reason)),
                answers("credential", "vertex", 400, google(400, "INVALID_ARGUMENT", invalid, "")));
    }

    private static List<Row> models() {
        return List.of(
                openAi("model_gone", 404, "model_not_found"),
                openAi("model_gone", 404, "DeploymentNotFound"),
                answers("model_gone", "anthropic", 404, anthropic("not_found_error", "model: claude-1")),
                relayed(openAi("context_length", 400, "context_length_exceeded"), 400),
                relayed(openAi("context_length", 413, "context_length_exceeded"), 413),
                relayed(openAi("context_length", 400, "context_length_exceeded").streamed(), 400),
                relayed(
                        answers(
                                "context_length",
                                "anthropic",
                                400,
                                anthropic("invalid_request_error", "prompt is too long: 2 tokens > 1 maximum")),
                        400));
    }

    private static List<Row> faults() {
        return List.of(
                relayed(openAi("caller_fault", 400, "invalid_value"), 400),
                relayed(openAi("caller_fault", 400, "invalid_value").streamed(), 400),
                relayed(openAi("caller_fault", 403, "region_not_supported"), 403),
                relayed(openAi("caller_fault", 404, "unknown_url"), 404),
                relayed(openAi("caller_fault", 413, "request_too_large"), 413),
                relayed(openAi("caller_fault", 422, "invalid_value"), 422),
                relayed(
                        answers("caller_fault", "anthropic", 400, anthropic("invalid_request_error", "max_tokens: no")),
                        400),
                relayed(answers("caller_fault", "vertex", 400, google(400, "INVALID_ARGUMENT", "No", "")), 400));
    }

    private static final FakeProvider FAULTY = FakeProvider.saying("unused");
    private static final FakeProvider NEXT = FakeProvider.saying("from the next");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        for (int i = 0; i < ROWS.size(); i++) {
            Row row = ROWS.get(i);
            String url = row.extra.contains("base_url") ? "" : "base_url: " + FAULTY.url();
            yaml.append("  - name: p")
                    .append(i)
                    .append("\n    models: [m")
                    .append(i)
                    .append("]\n");
            yaml.append("type: %s\napi_key: %s\n%s\n%s\n"
                    .formatted(row.type, KEY, url, row.extra)
                    .indent(4));
        }
        yaml.append("  - {name: next, type: openai, api_key: ")
                .append(KEY)
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

    static Stream<Row> rows() {
        return ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_failed_attempt_has_exactly_its_consequences(Row row) {
        int number = ROWS.indexOf(row);
        String provider = "p" + number;
        FAULTY.behave(row.behaviour);
        try (CapturedLog log = new CapturedLog()) {
            Instant before = Instant.now();
            HttpResponse<String> response = gateway.chat(chat("m" + number, row.stream));

            assertThat(FAULTY.requests()).hasSize(row.extra.contains("base_url") ? 0 : 1);
            assertThat(response.body()).doesNotContain(KEY);
            theClientGets(row, response);
            theProviderIsRemembered(row, provider, before);
            theLogTells(row, provider, log);
        }
    }

    private static void theClientGets(Row row, HttpResponse<String> response) {
        if (row.relayed == 0) {
            Answers.isFrom(response, "next", 2);
            assertThat(response.body()).contains("from the next");
            assertThat(NEXT.requests()).hasSize(1);
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_failovers_total{from=\"p" + ROWS.indexOf(row) + "\",reason=\"" + reason(row)
                            + "\",to=\"next\"} 1.0");
        } else {
            JsonNode error = Answers.error(response, row.relayed);
            assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
            assertThat(error.path("attempts").path(0).path("class").asText()).isEqualTo(row.outcome);
            assertThat(Answers.header(response, "x-loom-attempts")).isEqualTo("1");
            assertThat(NEXT.requests()).isEmpty();
        }
    }

    /** As in the metric of failovers. */
    private static String reason(Row row) {
        return switch (row.outcome) {
            case "transient" -> row.extra.contains("timeouts") ? "timeout" : "error";
            case "rate_limited" -> "rate_limit";
            case "model_gone" -> "model";
            default -> row.outcome;
        };
    }

    private static void theProviderIsRemembered(Row row, String provider, Instant before) {
        JsonNode stats = gateway.stats(provider);
        assertThat(stats.path("errors").toString()).isEqualTo("{\"" + row.outcome + "\":1}");
        assertThat(stats.path("in_flight").asInt()).isZero();
        assertThat(stats.path("circuit_breaker").path("consecutive_failures").asInt())
                .isEqualTo(row.outcome.equals("transient") ? 1 : 0);
        if (row.coolDown.isZero()) {
            assertThat(stats.path("cooldown_until").isNull()).isTrue();
        } else {
            Instant until = Instant.parse(stats.path("cooldown_until").asText());
            assertThat(until).isCloseTo(before.plus(row.coolDown), within(3, ChronoUnit.SECONDS));
        }
    }

    private static void theLogTells(Row row, String provider, CapturedLog log) {
        assertThat(log.text()).doesNotContain(KEY);
        boolean someoneMustAct = row.outcome.equals("credential") || row.outcome.equals("quota");
        assertThat(log.events().stream().filter(event -> event.getLevel() == Level.ERROR))
                .hasSize(someoneMustAct ? 1 : 0)
                .allMatch(event -> event.getMessage().getFormattedMessage().contains("'" + provider + "'"));
    }
}
