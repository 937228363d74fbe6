package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Client and provider speak the same language: what the gateway does not know survives, both ways. Long, since each language has
 * its own unknown fields.
 */
class PassingOnTest {

    private static final String REQUEST = "{ \"model\" : \"claude\", \"max_tokens\":50, \"new_field\": {\"x\":1.0},"
            + " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";
    private static final String ANSWER =
            "{\"id\":\"msg_1\", \"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"new\": 1.0,"
                    + "\"content\":[{\"type\":\"text\",\"text\":\"hello\",\"novel\":true}],\"stop_reason\":\"end_turn\","
                    + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}";
    private static final String EVENTS =
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":5,"output_tokens":1}}}

            event: ping
            data: {"type": "ping"}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello", "novel": 1}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    private static TestGateway anthropic(FakeProvider provider, String more) {
        return TestGateway.start("providers:\n  - {name: a, type: anthropic, api_key: sk-ant, base_url: '"
                + provider.url() + "', models: [claude-x]" + more + "}\nmodel_mapping: {claude: {a: claude-x}}\n");
    }

    private static HttpResponse<String> post(TestGateway gateway, String path, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .header("x-api-key", "client-key")
                .header("anthropic-beta", "new-thing-2026")
                .header("anthropic-version", "2023-06-01")
                .header("x-other", "secret")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void a_message_goes_to_anthropic_as_it_came_but_for_the_models_name_and_so_does_the_answer() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, ANSWER));
                TestGateway gateway = anthropic(provider, "")) {
            HttpResponse<String> response = post(gateway, "/v1/messages", REQUEST.formatted(""));
            assertThat(response.body()).isEqualTo(ANSWER);
            FakeProvider.Request sent = provider.requests().get(0);
            assertThat(sent.path()).isEqualTo("/v1/messages");
            assertThat(sent.body()).isEqualTo(REQUEST.formatted("").replace("\"claude\"", "\"claude-x\""));
            assertThat(sent.headers())
                    .containsEntry("anthropic-beta", "new-thing-2026")
                    .containsEntry("x-api-key", "sk-ant")
                    .doesNotContainKey("x-other");
            assertThat(gateway.stats("a").at("/tokens/output").asInt(-1))
                    .as(gateway.stats("a").toString())
                    .isEqualTo(7);
        }
    }

    @Test
    void a_stream_of_anthropics_passes_event_by_event() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.answer(200, "text/event-stream", EVENTS));
                TestGateway gateway = anthropic(provider, "")) {
            HttpResponse<String> response = post(gateway, "/v1/messages", REQUEST.formatted(", \"stream\":true"));
            assertThat(response.body()).isEqualTo(EVENTS);
        }
    }

    @Test
    void an_error_in_a_stream_that_passes_is_told_in_the_gateways_words() throws IOException {
        String broken = EVENTS.substring(0, EVENTS.indexOf("event: content_block_stop"))
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"sk-ant is"
                + " busy\"}}\n\n";
        try (FakeProvider provider = new FakeProvider(call -> call.answer(200, "text/event-stream", broken));
                TestGateway gateway = anthropic(provider, "")) {
            HttpResponse<String> response = post(gateway, "/v1/messages", REQUEST.formatted(", \"stream\":true"));
            assertThat(response.body())
                    .startsWith(EVENTS.substring(0, EVENTS.indexOf("event: content_block_stop")))
                    .containsOnlyOnce("event: error")
                    .doesNotContain("sk-ant");
        }
    }

    @Test
    void rules_for_the_provider_count_more_than_a_request_as_it_came() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, ANSWER));
                TestGateway gateway = anthropic(provider, ", request: {set: {top_k: 3}}")) {
            post(gateway, "/v1/messages", REQUEST.formatted(""));
            assertThat(provider.requests().get(0).body())
                    .contains("\"top_k\":3")
                    .doesNotContain("new_field");
        }
    }

    @Test
    void a_response_goes_to_a_provider_that_has_them() throws IOException {
        String answer =
                "{\"id\":\"resp_9\",\"object\":\"response\",\"status\":\"completed\",\"new\": 1,\"output\":[{\"type\":"
                        + "\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"hello\"}]}],"
                        + "\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}";
        String yaml = "providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: '%s',"
                + " models: [{name: gpt-4, surfaces: [chat, responses]}]}\n";
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, answer));
                TestGateway gateway = TestGateway.start(yaml.formatted(provider.url()))) {
            String body = "{\"model\":\"gpt-4\",\"input\":\"hi\", \"new_field\":1}";
            assertThat(post(gateway, "/v1/responses", body).body()).isEqualTo(answer);
            assertThat(provider.requests().get(0).path()).isEqualTo("/v1/responses");
            assertThat(provider.requests().get(0).body()).isEqualTo(body);
            String events = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n"
                    + "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n"
                    + "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":" + answer
                    + "}\n\n";
            provider.behave(call -> call.answer(200, "text/event-stream", events));
            assertThat(post(gateway, "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"hi\",\"stream\":true}")
                            .body())
                    .isEqualTo(events);
        }
    }

    private static final String CONTENT =
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}], \"new\": 1.0}";
    private static final String CANDIDATES =
            "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hello\",\"new\":1}]},"
                    + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":7}}";

    @ParameterizedTest
    @CsvSource({
        "vertex, 'project_id: p, location: l', /v1/projects/p/locations/l/publishers/google/models/g-x",
        "gemini, '', /v1beta/models/g-x"
    })
    void content_passes_to_google_and_back(String type, String more, String path) throws IOException {
        String yaml = "providers:\n  - {name: a, type: %s, api_key: AIza-a, base_url: '%s', models: [g-x], %s}\n"
                + "model_mapping: {g: {a: g-x}}\n";
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, CANDIDATES));
                TestGateway gateway =
                        TestGateway.start(yaml.formatted(type, provider.url().replace("/v1", ""), more)
                                .replace(", }", "}"))) {
            assertThat(post(gateway, "/v1beta/models/g:generateContent", CONTENT)
                            .body())
                    .isEqualTo(CANDIDATES);
            FakeProvider.Request sent = provider.requests().get(0);
            assertThat(sent.path()).isEqualTo(path + ":generateContent");
            assertThat(sent.body()).isEqualTo(CONTENT);
            assertThat(sent.headers()).containsEntry("x-goog-api-key", "AIza-a").doesNotContainKey("x-api-key");
            String events = "data: " + CANDIDATES + "\n\n";
            provider.behave(call -> call.answer(200, "text/event-stream", events));
            assertThat(post(gateway, "/v1beta/models/g:streamGenerateContent?alt=sse", CONTENT)
                            .body())
                    .isEqualTo(events);
            assertThat(provider.requests().get(1).path()).isEqualTo(path + ":streamGenerateContent?alt=sse");
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isEqualTo(14);
        }
    }

    @Test
    void a_stream_in_an_array_has_what_google_said_and_asks_for_what_the_client_asked() throws IOException {
        String yaml = "providers:\n  - {name: a, type: gemini, api_key: k, base_url: '%s', models: [g-x]}\n";
        String asked = "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}],\"tools\":[{\"googleSearch\":{}}]}";
        String first = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hel\",\"new\":1}]}}]}";
        try (FakeProvider provider = new FakeProvider(call -> call.answer(
                        200, "text/event-stream", "data: " + first + "\r\n\r\ndata: " + CANDIDATES + "\r\n\r\n"));
                TestGateway gateway =
                        TestGateway.start(yaml.formatted(provider.url().replace("/v1", "")))) {
            HttpResponse<String> answer = post(gateway, "/v1beta/models/g-x:streamGenerateContent", asked);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(answer.body()).isEqualTo("[" + first + ",\r\n" + CANDIDATES + "]");
            assertThat(provider.requests().get(0).path()).endsWith(":streamGenerateContent?alt=sse");
            assertThat(provider.requests().get(0).body()).isEqualTo(asked);
            provider.behave(call -> {
                call.startStream();
                call.event(first);
                call.cut();
            });
            assertThat(post(gateway, "/v1beta/models/g-x:streamGenerateContent", asked)
                            .body())
                    .startsWith("[" + first + ",\r\n{\"error\":{\"code\":500,")
                    .endsWith("]");
        }
    }

    @Test
    void a_text_is_continued_by_a_model_that_has_completions_in_its_own_words() throws IOException {
        String yaml = "providers:\n  - {name: a, type: openai, api_key: k, base_url: '%s',"
                + " models: [{name: base, surfaces: [completions]}]}\n";
        String asked = "{\"model\":\"base\",\"prompt\":[[1,2],[3]],\"suffix\":\"z\",\"echo\":true,\"logprobs\":2%s}";
        String whole = "{\"object\":\"text_completion\",\"choices\":[{\"text\":\"hello\",\"index\":0,\"new\":1}],"
                + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}";
        String events = "data: {\"choices\":[{\"text\":\"hello\",\"index\":0,\"finish_reason\":null}]}\n\n"
                + "data: {\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, whole));
                TestGateway gateway = TestGateway.start(yaml.formatted(provider.url()))) {
            assertThat(post(gateway, "/v1/completions", asked.formatted("")).body())
                    .isEqualTo(whole);
            assertThat(provider.requests().get(0).path()).isEqualTo("/v1/completions");
            assertThat(provider.requests().get(0).body()).isEqualTo(asked.formatted(""));
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isEqualTo(7);
            provider.behave(call -> call.answer(200, "text/event-stream", events));
            assertThat(post(gateway, "/v1/completions", asked.formatted(",\"stream\":true"))
                            .body())
                    .isEqualTo(events);
            assertThat(gateway.chat(TestGateway.chat("base", false)).body()).contains("unsupported_endpoint");
        }
    }

    @Test
    void a_response_goes_to_azure_under_the_name_of_its_deployment() throws IOException {
        String answer = "{\"id\":\"resp_9\",\"object\":\"response\",\"status\":\"completed\",\"new\": 1,\"output\":[]}";
        String yaml = "providers:\n  - {name: a, type: azure, api_key: az-a, base_url: '%s',"
                + " deployments: {gpt-4: my-deployment}}\n";
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, answer));
                TestGateway gateway =
                        TestGateway.start(yaml.formatted(provider.url().replace("/v1", "")))) {
            assertThat(post(gateway, "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"hi\", \"new_field\":1}")
                            .body())
                    .isEqualTo(answer);
            FakeProvider.Request sent = provider.requests().get(0);
            assertThat(sent.path()).isEqualTo("/openai/v1/responses");
            assertThat(sent.headers()).containsEntry("api-key", "az-a");
            assertThat(sent.body()).isEqualTo("{\"model\":\"my-deployment\",\"input\":\"hi\", \"new_field\":1}");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_providers_id_and_its_limits_pass_with_its_answer_and_nothing_else_of_its_headers(boolean stream)
            throws IOException {
        String[] headers = {
            "request-id",
            "req_theirs",
            "anthropic-ratelimit-requests-remaining",
            "9",
            "set-cookie",
            "a=b",
            "anthropic-organization-id",
            "org"
        };
        try (FakeProvider provider = new FakeProvider(call -> call.answer(
                        200, stream ? "text/event-stream" : "application/json", stream ? EVENTS : ANSWER, headers));
                TestGateway gateway = anthropic(provider, "")) {
            HttpResponse<String> response =
                    post(gateway, "/v1/messages", REQUEST.formatted(stream ? ", \"stream\":true" : ""));
            assertThat(response.headers().allValues("request-id")).containsExactly("req_theirs");
            assertThat(response.headers().firstValue("x-request-id").orElseThrow())
                    .isNotEqualTo("req_theirs");
            assertThat(response.headers().firstValue("anthropic-ratelimit-requests-remaining"))
                    .hasValue("9");
            assertThat(response.headers().map()).doesNotContainKeys("set-cookie", "anthropic-organization-id");
        }
    }
}
