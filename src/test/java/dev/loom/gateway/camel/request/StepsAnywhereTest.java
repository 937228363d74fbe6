package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditedRoutes;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ordinary steps at every place of a request's way, between the plan and the provider's answer too. Long, since each kind of step
 * is tried at each place.
 */
class StepsAnywhereTest {

    private static final AtomicInteger MARKS = new AtomicInteger();
    private static FakeProvider provider;
    private static FakeProvider audit;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.saying("fine");
        audit = new FakeProvider(call -> call.answer(204, "text/plain", ""));
        gateway = TestGateway.start(TestGateway.providers("", provider).replace("[gpt-4]", "[gpt-4, guard]"));
        bind("testFailing", exchange -> {
            throw new IOException("no space left on device");
        });
        bind("testBytes", exchange -> exchange.getMessage()
                .setHeader("loom-response.x-team", "blue".getBytes(StandardCharsets.UTF_8)));
        bind("testList", exchange -> exchange.getMessage().setHeader("loom-response.x-team", List.of("blue", "red")));
    }

    private static void bind(String name, Processor step) {
        gateway.camel().getRegistry().bind(name, step);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
        audit.close();
    }

    @BeforeEach
    void forget() {
        provider.requests().clear();
    }

    /** @param place the id of a step, before which these stand; behind it with a plus */
    private static HttpResponse<String> ask(String place, String steps, boolean stream) throws Exception {
        EditedRoutes routes =
                EditedRoutes.of("loom-chat-completions", "ingress", "a", "steps-" + MARKS.incrementAndGet());
        if (place.startsWith("+")) {
            routes.after(place.substring(1), steps);
        } else {
            routes.before(place, steps);
        }
        PluginHelper.getRoutesLoader(gateway.camel())
                .loadRoutes(ResourceHelper.fromString("steps.camel.yaml", routes.yaml()));
        return gateway.send(Http.post(gateway.url() + routes.path() + "/v1/chat/completions", chat("gpt-4", stream)));
    }

    private static void isFine(HttpResponse<String> answer) {
        Answers.isFrom(answer, "a", 1);
        assertThat(answer.body()).contains("\"fine\"");
    }

    private static String message(HttpResponse<String> answer) {
        return Answers.error(answer, 500).path("message").asText();
    }

    /** The latest request in the history. */
    private static JsonNode last() {
        return gateway.admin("/ai/requests").at("/requests/0");
    }

    private static String sent() {
        assertThat(provider.requests()).hasSize(1);
        return provider.requests().get(0).body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loom-accept-chat",
                "loom-serve-chat",
                "loom-plan",
                "loom-failover",
                "loom-next-candidate",
                "loom-to-provider",
                "encode",
                "http",
                "relay"
            })
    void a_header_for_the_client_reaches_it_from_every_place(String place) throws Exception {
        String step = "- setHeader: {name: Loom-Response.X-Team, constant: blue}";
        assertThat(Answers.header(ask(place, step, false), "x-team")).isEqualTo("blue");
        assertThat(Answers.header(ask(place, step, true), "x-team")).isEqualTo("blue");
    }

    @ParameterizedTest
    @CsvSource({"testBytes, blue", "testList, 'blue, red'"})
    void a_header_of_any_type_is_a_text(String bean, String expected) throws Exception {
        HttpResponse<String> answer = ask("loom-plan", "- process: {ref: " + bean + "}", false);
        assertThat(Answers.header(answer, "x-team")).isEqualTo(expected);
    }

    @Test
    void a_header_without_a_value_is_none() throws Exception {
        HttpResponse<String> answer =
                ask("loom-plan", "- setHeader: {name: loom-response.x-team, simple: '${header.nothing}'}", false);
        isFine(answer);
        assertThat(answer.headers().map()).doesNotContainKey("x-team");
    }

    @Test
    void a_header_for_the_client_reaches_it_with_an_error_too() throws Exception {
        provider.behave(call -> call.error(400, "invalid_request_error", "bad"));
        try {
            String step = "- setHeader: {name: loom-response.x-team, constant: blue}";
            HttpResponse<String> answer = ask("loom-serve-chat", step, false);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(Answers.header(answer, "x-team")).isEqualTo("blue");
        } finally {
            provider.behave(call -> call.completion("fine"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loom-plan", "loom-failover", "loom-next-candidate", "encode"})
    void a_body_that_changes_on_the_way_to_a_provider_is_what_it_gets(String place) throws Exception {
        String step = "- bean: {ref: loomEdit, method: \"set(${body}, 'temperature', 0.5)\"}";
        isFine(ask(place, step, false));
        assertThat(sent()).contains("\"temperature\":0.5", "\"hello\"");
    }

    @Test
    void a_body_that_changes_in_the_providers_words_is_what_it_gets() throws Exception {
        String step = "- bean: {ref: loomEdit, method: \"set(${body}, 'vendor', '{\\\"tier\\\":1}')\"}";
        assertThat(ask("http", step, true).body()).contains("fine").endsWith("data: [DONE]\n\n");
        assertThat(sent()).contains("\"vendor\":{\"tier\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loom-failover", "encode", "http"})
    void a_body_that_is_no_request_goes_to_no_provider(String place) throws Exception {
        assertThat(message(ask(place, "- setBody: {constant: garbage}", false))).contains("A step has left");
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"encode, 0", "http, 0", "relay, 1"})
    void a_step_that_fails_beside_the_call_is_not_the_providers_failure(String place, int calls) throws Exception {
        long before = gateway.stats("a").path("errors").size();
        assertThat(message(ask(place, "- process: {ref: testFailing}", false))).contains("its log tells why");
        assertThat(provider.requests()).hasSize(calls);
        assertThat(gateway.stats("a").path("errors").size()).isEqualTo((int) before);
        assertThat(gateway.stats("a").path("in_flight").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+relay", "loom-answered", "loom-whole", "loom-reply"})
    void a_step_that_fails_behind_the_answer_costs_neither_the_answer_nor_a_second_call(String place) throws Exception {
        isFine(ask(place, "- process: {ref: testFailing}", false));
        assertThat(provider.requests()).hasSize(1);
        HttpResponse<String> stream = ask(place, "- process: {ref: testFailing}", true);
        assertThat(stream.body()).containsOnlyOnce("fine").endsWith("data: [DONE]\n\n");
        assertThat(provider.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- log: {message: '${headers} ${body} ${bodyAs(String)}'}",
                "- convertBodyTo: {type: java.lang.String}",
                "- convertBodyTo: {type: 'byte[]'}"
            })
    void a_step_may_read_what_is_on_its_way(String step) throws Exception {
        for (String place : List.of("http", "relay")) {
            isFine(ask(place, step, false));
            assertThat(ask(place, step, true).body()).contains("\"fine\"").endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_answer_that_a_step_spoils_is_told_with_the_steps_and_is_not_the_providers_failure(boolean stream)
            throws Exception {
        long before = gateway.stats("a").path("errors").size();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(message(ask("relay", "- setBody: {simple: 'x${body}'}", stream)))
                    .contains(
                            "A step between http and relay has left",
                            "neither JSON nor a stream",
                            "'loom-provider-steps-",
                            "setBody")
                    .doesNotContain("java.");
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("between http and relay"))
                    .hasSize(1);
            assertThat(log.events())
                    .allSatisfy(event -> assertThat(event.getThrown()).isNull());
        }
        assertThat(provider.requests()).hasSize(1);
        assertThat(gateway.stats("a").path("errors").size()).isEqualTo((int) before);
        assertThat(gateway.stats("a").path("in_flight").asInt()).isZero();
        assertThat(last().at("/tokens/output").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"encode, 0", "http, 0", "relay, 1"})
    void a_stop_within_the_call_is_told_by_its_place_and_costs_only_what_was_called(String place, int calls)
            throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(message(ask(place, "- stop: {}", false)))
                    .contains("ended without an answer", "(stop)", "of the route 'loom-provider-steps-");
            assertThat(log.messages()).anyMatch(line -> line.contains(" attempts=" + calls + " "));
        }
        assertThat(provider.requests()).hasSize(calls);
        if (calls == 0) {
            assertThat(last().at("/tokens/input").asInt()).isZero();
        }
    }

    @Test
    void copies_that_read_the_answer_beside_each_other_all_get_it() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            String step = "- multicast: {parallelProcessing: true, steps: [{log: {message: 'one ${body}'}},"
                    + " {log: {message: 'two ${body}'}}]}";
            assertThat(ask("relay", step, true).body()).contains("\"fine\"").endsWith("data: [DONE]\n\n");
            assertThat(log.messages())
                    .anyMatch(line -> line.startsWith("one ") && line.contains("\"fine\"") && line.contains("[DONE]"))
                    .anyMatch(line -> line.startsWith("two ") && line.contains("\"fine\"") && line.contains("[DONE]"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loom-plan", "loom-failover", "loom-to-provider", "encode", "http", "relay"})
    void a_route_that_stops_without_a_word_is_no_answer(String place) throws Exception {
        assertThat(message(ask(place, "- stop: {}", false)))
                .contains("ended without an answer", "(stop)", " of the route '")
                .doesNotContain("-example");
        assertThat(message(ask(place, "- stop: {}", true))).contains("ended without an answer");
    }

    @Test
    void the_providers_headers_are_needed_behind_encode() throws Exception {
        assertThat(message(ask("http", "- removeHeaders: {pattern: '*'}", false)))
                .contains("removeHeaders");
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"loom-serve-chat", "loom-failover", "encode", "http", "relay", "+relay", "loom-reply"})
    void a_model_that_a_step_asks_leaves_the_request_and_the_answer_as_they_are(String place) throws Exception {
        provider.behave(call ->
                call.completion(call.request().body().contains("\"guard\"") ? "{\\\"flagged\\\":false}" : "fine"));
        try {
            isFine(ask(place, "- to: {uri: 'kamelet:llm-chat-action?model=guard&input=prompt'}", false));
            assertThat(provider.requests())
                    .filteredOn(request -> !request.body().contains("\"guard\""))
                    .singleElement()
                    .satisfies(request -> assertThat(request.body()).isEqualTo(chat("gpt-4", false)));
        } finally {
            provider.behave(call -> call.completion("fine"));
        }
    }

    @Test
    void models_that_are_asked_beside_each_other_leave_the_request_as_it_is() throws Exception {
        String to = "{to: {uri: 'kamelet:llm-chat-action?model=guard&input=prompt'}}";
        isFine(ask(
                "loom-serve-chat", "- multicast: {parallelProcessing: true, steps: [" + to + ", " + to + "]}", false));
    }

    @Test
    void a_copy_that_nobody_waits_for_cannot_be_dispatched() throws Exception {
        isFine(ask("loom-to-dispatch", "- wireTap: {uri: 'direct:loom-dispatch'}", false));
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void a_request_may_be_dispatched_again_after_its_first_answer() throws Exception {
        HttpResponse<String> answer =
                ask("loom-to-dispatch", "- loop: {constant: 2, steps: [{to: {uri: 'direct:loom-dispatch'}}]}", false);
        Answers.isFrom(answer, "a", 3);
        assertThat(answer.body()).contains("\"fine\"");
        assertThat(provider.requests()).hasSize(3);
        long input = Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8))
                .at("/usage/prompt_tokens")
                .asLong();
        assertThat(last().at("/tokens/input").asLong()).isEqualTo(3 * input);
        assertThat(last().path("attempts")).hasSize(3);
    }

    @Test
    void a_stream_that_has_gone_out_is_not_dispatched_again() throws Exception {
        String again = "- to: {uri: 'direct:loom-dispatch'}";
        assertThat(ask("+loom-to-dispatch", again, true).body()).containsOnlyOnce("fine");
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void a_second_dispatch_that_fails_does_not_cost_the_first_ones_answer() throws Exception {
        isFine(ask(
                "+loom-to-dispatch",
                "[{setProperty: {name: loomModel, constant: nobody}}, {to: {uri: 'direct:loom-dispatch'}}]",
                false));
    }

    @Test
    void another_service_that_has_nothing_to_say_does_not_take_the_answers_place() throws Exception {
        isFine(ask("loom-reply", "- to: {uri: '" + audit.url() + "', parameters: {bridgeEndpoint: true}}", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"teapot", "99", "100", "1000", "-1"})
    void what_is_no_status_is_a_500_that_says_so(String code) throws Exception {
        String stopping = "[{setHeader: {name: CamelHttpResponseCode, constant: '" + code
                + "'}}, {setBody: {constant: no}}, {stop: {}}]";
        assertThat(message(ask("loom-serve-chat", stopping, false))).contains("CamelHttpResponseCode to '" + code);
        assertThat(message(ask("loom-reply", stopping, false))).contains("CamelHttpResponseCode to '" + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 302, 304})
    void an_answer_may_have_no_body(int code) throws Exception {
        String stopping = "[{setHeader: {name: CamelHttpResponseCode, constant: " + code
                + "}}, {setHeader: {name: loom-response.location, constant: /there}}, {stop: {}}]";
        HttpResponse<String> answer = ask("loom-serve-chat", stopping, false);
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.body()).isEmpty();
        assertThat(Answers.header(answer, "location")).isEqualTo("/there");
        assertThat(Answers.header(answer, "x-request-id")).isNotEmpty();
    }
}
