package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an ordinary step sees, and what becomes of what it does. The steps stand in a client route of their own. */
class OpenExchangeTest {

    private static final String PRICED = "cost: {input_per_1k: 1.0, output_per_1k: 2.0}";

    private final FakeProvider provider = FakeProvider.saying("fine");
    private final Map<String, Object> seen = new ConcurrentHashMap<>();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start(
                TestGateway.providers(PRICED, provider).replace("[gpt-4]", "[gpt-4, gpt-4o-mini, guard]")
                        + """
                  server:
                    api_keys:
                      - {key: sk-team, name: team-a}
                  """);
    }

    @AfterEach
    void stop() {
        gateway.close();
        provider.close();
    }

    /** A client route with these steps before the plan, and these after the answer. */
    private HttpResponse<String> ask(Steps before, Steps after, String body, String... headers) throws Exception {
        gateway.camel().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                var route = from("platform-http:/edited/chat/completions?httpMethodRestrict=POST")
                        .routeId("edited")
                        .routeConfigurationId("loom-errors")
                        .process("loomAcceptChat");
                before.addTo(route);
                route.to("direct:loom-dispatch");
                after.addTo(route);
                route.process("loomReply");
            }
        });
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.url().replace("/v1", "") + "/edited/chat/completions"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer sk-team")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request);
    }

    private interface Steps {
        void addTo(org.apache.camel.model.ProcessorDefinition<?> route);
    }

    private static final Steps NONE = route -> {};

    private Steps seeing(String key, String simple) {
        return route -> route.process(exchange -> seen.put(
                key,
                exchange.getContext()
                        .resolveLanguage("simple")
                        .createExpression(simple)
                        .evaluate(exchange, String.class)));
    }

    private Steps remembering() {
        return route -> route.process(exchange -> {
            for (String name : Facts.ALL) {
                Object value = exchange.getProperty(name);
                if (value != null) {
                    seen.put(name, value);
                }
            }
        });
    }

    @Test
    void the_body_is_the_requests_json() throws Exception {
        ask(seeing("model", "${body[model]} ${body[messages][0][role]}"), NONE, chat("gpt-4", false));
        assertThat(seen).containsEntry("model", "gpt-4 user");
    }

    @Test
    void jsonpath_reads_the_request_and_then_the_answer() throws Exception {
        ask(
                reading("asked", "$.messages[0].role"),
                reading("said", "$.choices[0].message.content"),
                chat("gpt-4", false));
        assertThat(seen).containsEntry("asked", "user").containsEntry("said", "fine");
    }

    private Steps reading(String key, String path) {
        return route -> route.process(exchange -> seen.put(
                key,
                exchange.getContext()
                        .resolveLanguage("jsonpath")
                        .createExpression(path)
                        .evaluate(exchange, String.class)));
    }

    @Test
    void the_body_converts_to_whatever_a_step_asks_for() throws Exception {
        Steps converting = route -> route.process(exchange -> {
            for (Class<?> type :
                    new Class<?>[] {String.class, byte[].class, java.io.InputStream.class, Map.class, JsonNode.class}) {
                seen.put(type.getSimpleName(), text(exchange.getMessage().getBody(type)));
            }
        });
        ask(converting, NONE, chat("gpt-4", false));
        assertThat(seen).hasSize(5);
        assertThat(seen.values()).allMatch(text -> Json.lenient(text.toString().getBytes(StandardCharsets.UTF_8))
                .equals(Json.lenient(chat("gpt-4", false).getBytes(StandardCharsets.UTF_8))));
    }

    private static String text(Object body) throws Exception {
        if (body instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (body instanceof java.io.InputStream stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        return body instanceof String text ? text : Json.MAPPER.writeValueAsString(body);
    }

    @Test
    void after_the_dispatch_the_body_is_the_answers_json() throws Exception {
        ask(NONE, seeing("said", "${body[choices][0][message][content]}"), chat("gpt-4", false));
        assertThat(seen).containsEntry("said", "fine");
    }

    @Test
    void properties_tell_what_was_asked() throws Exception {
        HttpResponse<String> answer = ask(remembering(), NONE, chat("gpt-4", false));
        assertThat(new TreeMap<>(seen))
                .containsOnlyKeys(
                        "loomClient", "loomInputTokens", "loomModel", "loomRequestId", "loomStream", "loomSurface")
                .containsEntry("loomSurface", "chat")
                .containsEntry("loomClient", "team-a")
                .containsEntry("loomModel", "gpt-4")
                .containsEntry("loomStream", false)
                .containsEntry("loomRequestId", Answers.header(answer, "x-request-id"));
    }

    @Test
    void properties_tell_what_was_answered() throws Exception {
        HttpResponse<String> answer = ask(NONE, remembering(), chat("gpt-4", false));
        JsonNode usage =
                Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8)).path("usage");
        long input = usage.path("prompt_tokens").asLong();
        long output = usage.path("completion_tokens").asLong();
        List<String> known = new ArrayList<>(Facts.ALL);
        // Nobody counts by account here.
        known.remove("loomAccount");
        assertThat(seen)
                .containsOnlyKeys(known)
                .containsEntry("loomProvider", "a")
                .containsEntry("loomProviderModel", "gpt-4")
                .containsEntry("loomAttempts", 1)
                .containsEntry("loomStatus", 200)
                .containsEntry("loomInputTokens", input)
                .containsEntry("loomOutputTokens", output)
                .containsEntry("loomCostUsd", (input + 2.0 * output) / 1000);
    }

    @Test
    void another_body_is_another_request() throws Exception {
        Steps rewriting = route -> route.process(exchange -> {
            @SuppressWarnings("unchecked")
            Map<String, Object> request = exchange.getMessage().getBody(Map.class);
            request.put("temperature", 0.25);
            exchange.getMessage().setBody(request);
        });
        assertThat(ask(rewriting, NONE, chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(provider.requests().get(0).body()).contains("\"temperature\":0.25");
    }

    @Test
    void another_body_is_another_answer() throws Exception {
        Steps rewriting = route -> route.setBody(simple("${body}"))
                .convertBodyTo(String.class)
                .process(exchange -> exchange.getMessage()
                        .setBody(exchange.getMessage().getBody(String.class).replace("fine", "splendid")));
        HttpResponse<String> answer = ask(NONE, rewriting, chat("gpt-4", false));
        Answers.isFrom(answer, "a", 1);
        assertThat(answer.body()).contains("splendid").doesNotContain("fine");
    }

    private static org.apache.camel.builder.ValueBuilder simple(String text) {
        return org.apache.camel.builder.Builder.simple(text);
    }

    @Test
    void another_model_is_another_request() throws Exception {
        Steps rerouting = route -> route.setProperty("loomModel", simple("gpt-4o-mini"));
        assertThat(ask(rerouting, NONE, chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(provider.requests().get(0).body()).contains("\"gpt-4o-mini\"");
    }

    @Test
    void a_body_that_is_no_json_is_a_500_that_says_so() throws Exception {
        Steps spoiling =
                route -> route.process(exchange -> exchange.getMessage().setBody(new Object()))
                        .id("spoil");
        HttpResponse<String> answer = ask(spoiling, NONE, chat("gpt-4", false));
        assertThat(Answers.error(answer, 500).path("message").asText())
                .contains("java.lang.Object", "spoil", Answers.header(answer, "x-request-id"));
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void a_header_for_the_client_reaches_it_whole_and_streamed() throws Exception {
        Steps marking = route -> route.setHeader("loom-response.x-team", simple("${exchangeProperty.loomClient}"));
        assertThat(Answers.header(ask(marking, NONE, chat("gpt-4", false)), "x-team"))
                .isEqualTo("team-a");
    }

    /** A line break would begin a header of its own; framing is not a step's to say. */
    @ParameterizedTest
    @CsvSource({
        "x-split,a\\r\\nx-evil: yes",
        "'x-a\\r\\nx-evil: yes',a",
        "x y,a",
        "Content-Length,1",
        "transfer-encoding,chunked",
        "Connection,close"
    })
    void a_header_that_cannot_be_sent_is_left_out_and_the_answer_is_whole(String name, String value) throws Exception {
        String unescaped = name.replace("\\r\\n", "\r\n");
        Steps marking = route -> route.setHeader(
                "loom-response." + unescaped,
                org.apache.camel.builder.Builder.constant(value.replace("\\r\\n", "\r\n")));
        HttpResponse<String> answer = ask(marking, NONE, chat("gpt-4", false));
        Answers.isFrom(answer, "a", 1);
        assertThat(answer.body()).contains("fine").endsWith("}");
        assertThat(answer.headers().map())
                .doesNotContainKeys("x-evil", "x-split", "x y", "transfer-encoding", "connection");
    }

    @Test
    void a_header_for_the_client_reaches_it_with_a_stream() throws Exception {
        Steps marking = route -> route.setHeader("loom-response.x-team", simple("${exchangeProperty.loomClient}"));
        HttpResponse<String> answer = ask(marking, NONE, chat("gpt-4", true));
        assertThat(Answers.header(answer, "x-team")).isEqualTo("team-a");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void the_clients_headers_can_be_read_but_for_its_credentials() throws Exception {
        Steps reading = route -> {
            seeing("team", "${header.loom-request.x-team}").addTo(route);
            route.process(exchange -> seen.put(
                    "headers", exchange.getMessage().getHeaders().keySet().toString()));
        };
        ask(reading, NONE, chat("gpt-4", false), "X-Team", "blue", "x-api-key", "sk-team");
        assertThat(seen).containsEntry("team", "blue");
        assertThat(seen.get("headers").toString()).doesNotContain("authorization", "x-api-key");
        assertThat(provider.requests().get(0).headers().keySet()).noneMatch(name -> name.startsWith("loom-"));
    }

    @Test
    void a_route_that_stops_answers_with_what_it_has_set() throws Exception {
        Steps refusing = route -> route.setBody(simple("not today"))
                .setHeader(Exchange.HTTP_RESPONSE_CODE, simple("403"))
                .stop();
        HttpResponse<String> answer = ask(refusing, NONE, chat("gpt-4", false));
        assertThat(Answers.error(answer, 403).path("message").asText()).isEqualTo("not today");
        assertThat(Answers.header(answer, "content-type")).isEqualTo("application/json");
        assertThat(Answers.header(answer, "x-request-id")).isNotEmpty();
        assertThat(provider.requests()).isEmpty();
        assertThat(gateway.admin("/ai/requests")
                        .path("requests")
                        .path(0)
                        .path("status")
                        .asInt())
                .isEqualTo(403);
    }

    @Test
    void a_text_without_a_status_is_what_the_model_would_have_said() throws Exception {
        Steps answering = route -> route.setBody(simple("we are closed")).stop();
        HttpResponse<String> answer = ask(answering, NONE, chat("gpt-4", false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8))
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("we are closed");
    }

    @Test
    void an_exception_is_a_500_with_the_requests_id() throws Exception {
        Steps throwing = route -> route.throwException(IllegalStateException.class, "secret");
        HttpResponse<String> answer = ask(throwing, NONE, chat("gpt-4", false));
        assertThat(Answers.error(answer, 500).path("message").asText())
                .contains(Answers.header(answer, "x-request-id"))
                .doesNotContain("secret");
    }

    @Test
    void a_throttle_that_rejects_is_a_429_with_retry_after() throws Exception {
        Steps throttling = route -> route.throttle(0).timePeriodMillis(60_000).rejectExecution(true);
        HttpResponse<String> answer = ask(throttling, NONE, chat("gpt-4", false));
        Answers.error(answer, 429);
        assertThat(Answers.header(answer, "retry-after")).isEqualTo("1");
    }

    @Test
    void a_step_that_fails_after_the_answer_does_not_cost_the_client_its_answer() throws Exception {
        Steps failing = route -> route.process(exchange -> {
            throw new java.io.IOException("no space left on device");
        });
        HttpResponse<String> answer = ask(NONE, failing, chat("gpt-4", false));
        Answers.isFrom(answer, "a", 1);
        assertThat(answer.body()).contains("fine");
    }

    @Test
    void an_exception_that_is_thrown_on_purpose_after_the_answer_keeps_it_back() throws Exception {
        Steps throwing = route -> route.throwException(IllegalStateException.class, "not fit to be seen");
        HttpResponse<String> answer = ask(NONE, throwing, chat("gpt-4", false));
        Answers.error(answer, 500);
        assertThat(answer.body()).doesNotContain("fine");
    }

    @Test
    void a_model_that_a_step_asks_leaves_the_request_as_it_was() throws Exception {
        provider.behave(call -> call.completion(call.request().body().contains("guard") ? "safe" : "fine"));
        Steps moderating = route -> {
            route.to("kamelet:llm-chat-action?model=guard&input=prompt");
            seeing("verdict", "${body}").addTo(route);
            remembering().addTo(route);
        };
        HttpResponse<String> answer = ask(moderating, NONE, chat("gpt-4", false), "x-request-id", "outer-1");
        assertThat(answer.body()).contains("fine");
        assertThat(seen).containsEntry("verdict", "safe").containsEntry("loomModel", "gpt-4");
        assertThat(seen).containsEntry("loomRequestId", "outer-1").doesNotContainKey("loomProvider");
        assertThat(provider.requests()).hasSize(2);
        assertThat(provider.requests().get(1).body()).isEqualTo(chat("gpt-4", false));
    }

    @Test
    void what_a_step_asks_after_the_answer_is_no_answer() throws Exception {
        provider.behave(call -> call.completion(call.request().body().contains("guard") ? "safe" : "fine"));
        Steps moderating = route -> route.to("kamelet:llm-chat-action?model=guard&input=prompt");
        assertThat(ask(NONE, moderating, chat("gpt-4", false)).body()).contains("fine");
    }

    @Test
    void a_provider_cannot_send_headers_to_the_client(@TempDir Path directory) throws Exception {
        provider.behave(
                call -> call.json(200, FakeProvider.Call.completionBody("fine"), "loom-response.x-evil", "yes"));
        try (EditableGateway edited = EditableGateway.startUnwatched(directory, TestGateway.providers("", provider))) {
            HttpResponse<String> answer = edited.gateway().chat(chat("gpt-4", false));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map()).doesNotContainKey("x-evil");
        }
    }
}
