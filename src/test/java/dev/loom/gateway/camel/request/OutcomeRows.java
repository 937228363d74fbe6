package dev.loom.gateway.camel.request;

import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.FakeProvider.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The ways in which providers fail, in the words of each. */
final class OutcomeRows {

    /** Of every provider; one of them quotes it in its error. */
    static final String KEY = "sk-test-0123456789abcdefghijklmnop";

    private OutcomeRows() {}

    private static OutcomeRow row(String outcome, String type, String name, Behaviour behaviour) {
        Duration coolDown =
                switch (outcome) {
                    case "rate_limited" -> Duration.ofSeconds(5);
                    case "quota", "credential" -> Duration.ofMinutes(30);
                    default -> Duration.ZERO;
                };
        return new OutcomeRow(name, type, "", false, behaviour, outcome, 0, coolDown);
    }

    private static OutcomeRow answers(String outcome, String type, int status, String body, String... headers) {
        return row(outcome, type, type + " " + status + " " + body, call -> call.json(status, body, headers));
    }

    private static OutcomeRow openAi(String outcome, int status, String code) {
        return answers(outcome, "openai", status, error("invalid_request_error", "It says: " + code, code));
    }

    /** An error that the client gets at once. */
    private static OutcomeRow relayed(OutcomeRow row, int status) {
        return new OutcomeRow(
                row.name(),
                row.type(),
                row.extra(),
                row.stream(),
                row.behaviour(),
                row.outcome(),
                status,
                row.coolDown());
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

    static final List<OutcomeRow> ALL = Stream.of(
                    transients(),
                    brokenAnswers(),
                    rateLimits(),
                    accounts(),
                    credentials(),
                    models(),
                    unsupported(),
                    faults())
            .flatMap(List::stream)
            .toList();

    private static List<OutcomeRow> transients() {
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

    private static List<OutcomeRow> brokenAnswers() {
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
                row("transient", "openai", "no stream and no answer", call -> call.json(200, "{\"ok\":true}"))
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

    private static List<OutcomeRow> rateLimits() {
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

    private static List<OutcomeRow> accounts() {
        String noCredit = "Your credit balance is too low to access the Anthropic API.";
        return List.of(
                openAi("quota", 402, "payment_required"),
                openAi("quota", 429, "insufficient_quota"),
                answers("quota", "openai", 429, error("insufficient_quota", "Used up", "x"), "Retry-After", "1"),
                openAi("quota", 400, "billing_hard_limit_reached"),
                answers("quota", "anthropic", 400, anthropic("invalid_request_error", noCredit)));
    }

    private static List<OutcomeRow> credentials() {
        String reason = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}";
        String invalid = "API key not valid. Please pass a valid API key.";
        return List.of(
                answers("credential", "openai", 401, error("x", "Incorrect API key provided: " + KEY, "x")),
                openAi("credential", 401, "invalid_api_key").streamed(),
                answers("credential", "anthropic", 401, anthropic("authentication_error", "invalid x-api-key")),
                answers(
                        "credential",
                        "anthropic",
                        403,
                        anthropic("permission_error", "OAuth authentication is currently not allowed.")),
                answers(
                        "credential",
                        "vertex",
                        403,
                        google(403, "PERMISSION_DENIED", "Your API key was reported as leaked.", "")),
                openAi("credential", 403, "unsupported_country_region_territory"),
                openAi("credential", 403, "ip_not_authorized"),
                answers(
                        "credential",
                        "openai",
                        403,
                        "{\"error\":{\"message\":\"You have insufficient permissions for this operation."
                                + " Missing scopes: model.request\",\"type\":\"invalid_request_error\"}}"),
                answers("credential", "vertex", 400, google(400, "INVALID_ARGUMENT", invalid, reason)),
                answers("credential", "vertex", 400, google(400, "INVALID_ARGUMENT", invalid, "")));
    }

    private static List<OutcomeRow> models() {
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

    /** The next provider is one of type openai, to which the same model is sent. */
    private static List<OutcomeRow> unsupported() {
        String detail =
                "{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"store\"],\"msg\":\"Extra inputs are not permitted\"}";
        String groq = "{\"error\":{\"message\":\"property 'store' is unsupported, did you mean 'stop'?\","
                + "\"type\":\"invalid_request_error\"}}";
        String tools =
                "{\"error\":{\"message\":\"Function tools with reasoning_effort are not supported for this model in"
                        + " /v1/chat/completions.\",\"type\":\"invalid_request_error\",\"param\":\"reasoning_effort\",\"code\":null}}";
        return List.of(
                relayed(openAi("unsupported_here", 400, "unsupported_parameter"), 400),
                relayed(openAi("unsupported_here", 400, "unsupported_parameter").streamed(), 400),
                relayed(openAi("unsupported_here", 400, "unsupported_value"), 400),
                relayed(openAi("unsupported_here", 422, "unknown_parameter"), 422),
                relayed(answers("unsupported_here", "openai", 400, groq), 400),
                relayed(answers("unsupported_here", "openai", 400, tools), 400),
                relayed(answers("unsupported_here", "openai", 422, "{\"detail\":[" + detail + "]}"), 422),
                answers(
                        "unsupported_here",
                        "anthropic",
                        400,
                        anthropic("invalid_request_error", "temperature: Extra inputs are not permitted")),
                answers(
                        "unsupported_here",
                        "anthropic",
                        400,
                        anthropic(
                                "invalid_request_error",
                                "effort 'xhigh' is not supported when thinking is disabled on this model.")),
                answers("unsupported_here", "openai", 403, error("permission_error", "Not allowed", "x")),
                answers(
                        "unsupported_here",
                        "openai",
                        401,
                        error("key_model_access_denied", "key not allowed to access model.", "401")),
                answers("unsupported_here", "openai", 403, "error code: 1010"),
                answers("unsupported_here", "anthropic", 403, anthropic("permission_error", "Not allowed")),
                answers("unsupported_here", "vertex", 403, google(403, "PERMISSION_DENIED", "Not allowed", "")),
                answers(
                        "unsupported_here",
                        "vertex",
                        400,
                        google(400, "INVALID_ARGUMENT", "Penalty is not enabled for this model", "")),
                answers(
                                "unsupported_here",
                                "vertex",
                                400,
                                google(
                                        400,
                                        "INVALID_ARGUMENT",
                                        "Function calling with a response mime type is unsupported",
                                        ""))
                        .streamed());
    }

    private static List<OutcomeRow> faults() {
        String filtered = "{\"error\":{\"code\":\"content_filter\",\"status\":400}}";
        return List.of(
                relayed(answers("caller_fault", "azure", 200, filtered), 400),
                relayed(
                        row("caller_fault", "azure", "filtered", streaming("data: " + filtered + "\n\n"))
                                .streamed(),
                        400),
                relayed(openAi("caller_fault", 400, "invalid_value"), 400),
                relayed(openAi("caller_fault", 400, "invalid_value").streamed(), 400),
                relayed(openAi("caller_fault", 403, "flagged"), 403),
                relayed(
                        answers(
                                "caller_fault",
                                "openai",
                                403,
                                "{\"code\":\"The caller does not have permission\","
                                        + "\"error\":\"Content violates usage guidelines.\"}"),
                        403),
                relayed(
                        answers("caller_fault", "openai", 401, error("x", "Cannot list tools of MCP server 'x'", "x")),
                        401),
                relayed(openAi("caller_fault", 404, "unknown_url"), 404),
                relayed(openAi("caller_fault", 413, "request_too_large"), 413),
                relayed(openAi("caller_fault", 422, "invalid_value"), 422),
                relayed(
                        answers("caller_fault", "anthropic", 400, anthropic("invalid_request_error", "max_tokens: no")),
                        400),
                relayed(answers("caller_fault", "vertex", 400, google(400, "INVALID_ARGUMENT", "No", "")), 400));
    }
}
