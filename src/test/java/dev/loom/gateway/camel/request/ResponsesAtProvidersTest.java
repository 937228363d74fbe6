package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that a provider holds: a conversation stays with that provider, whatever the strategy says. */
class ResponsesAtProvidersTest {

    private static final String PROVIDER = "  - {name: %s, type: openai, api_key: sk-a, base_url: '%s',"
            + " models: [{name: gpt-4, surfaces: [chat, responses]}]}\n";
    private static final String KEYS = "server: {api_keys: [{key: of-ann, name: ann}, {key: of-bob, name: bob}]}\n";

    private static final String ANYTHING = "{\"output\":[],\"choices\":[{\"message\":{\"content\":\"x\"}}]}";

    private static FakeProvider holding(String id) {
        String response = "{\"id\":\"" + id
                + "\",\"object\":\"response\",\"status\":\"completed\",\"conversation\":{\"id\":\"conv_1\"},\"output\":["
                + "{\"type\":\"message\",\"id\":\"msg_of_" + id.substring(id.length() - 1) + "\",\"content\":[]}],"
                + "\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}";
        return new FakeProvider(call -> {
            if (call.request().body().contains("\"stream\":true")) {
                String events = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":" + response
                        + "}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                        + response + "}\n\n";
                call.answer(200, "text/event-stream", events);
            } else {
                call.json(200, response);
            }
        });
    }

    private static TestGateway gateway(FakeProvider a, FakeProvider b) {
        return gateway(a, b, KEYS);
    }

    private static TestGateway gateway(FakeProvider a, FakeProvider b, String server) {
        return TestGateway.start("providers:\n" + PROVIDER.formatted("a", a.url()) + PROVIDER.formatted("b", b.url())
                + "routing: {strategy: round_robin}\n" + server);
    }

    private static HttpResponse<String> send(TestGateway gateway, String key, String method, String path, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> ask(TestGateway gateway, String key, String more) {
        return send(gateway, key, "POST", "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"hi\"" + more + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":true"})
    void a_conversation_stays_with_the_provider_that_has_its_beginning(String how) throws Exception {
        try (FakeProvider a = holding("resp_of_a");
                FakeProvider b = holding("resp_of_b");
                TestGateway gateway = gateway(a, b)) {
            assertThat(ask(gateway, "of-ann", how).statusCode()).isEqualTo(200);
            String held = a.requests().isEmpty() ? "b" : "a";
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> next =
                        ask(gateway, "of-ann", ",\"previous_response_id\":\"resp_of_" + held + "\"");
                assertThat(next.headers().firstValue("x-loom-provider")).hasValue(held);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":true"})
    void a_conversation_that_a_provider_keeps_belongs_to_the_first_client_that_had_an_answer_in_it(String how)
            throws Exception {
        String conversation = ",\"conversation\":\"conv_1\"";
        try (FakeProvider a = holding("resp_of_a");
                FakeProvider b = holding("resp_of_b");
                TestGateway gateway = gateway(a, b, KEYS.replace("{api_keys", "{unknown_ids: pass, api_keys"))) {
            assertThat(ask(gateway, "of-ann", conversation + how).statusCode()).isEqualTo(200);
            String held = a.requests().isEmpty() ? "b" : "a";
            HttpResponse<String> stolen = ask(gateway, "of-bob", ",\"conversation\":{\"id\":\"conv_1\"}" + how);
            assertThat(stolen.statusCode()).as(stolen.body()).isEqualTo(400);
            assertThat(json(stolen).at("/error/code").asText()).isEqualTo("not_found");
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> next = ask(gateway, "of-ann", conversation);
                assertThat(next.headers().firstValue("x-loom-provider")).hasValue(held);
            }
        }
    }

    /** Long: one story with two clients and two providers. */
    @Test
    void files_that_a_request_names_are_used_where_they_are_by_their_owner_alone() throws Exception {
        try (FakeProvider a = holding("file-of-a");
                FakeProvider b = holding("file-of-b");
                TestGateway gateway = TestGateway.start("providers:\n" + PROVIDER.formatted("a", a.url())
                        + PROVIDER.formatted("b", b.url()) + "routing: {strategy: round_robin}\n"
                        + KEYS.replace("{api_keys", "{pass_through: [files], api_keys"))) {
            String holder = send(gateway, "of-ann", "POST", "/v1/files", "{}")
                    .headers()
                    .firstValue("x-loom-provider")
                    .orElseThrow();
            String file = "\"file_id\":\"file-of-" + holder + "\"";
            String response =
                    "{\"model\":\"gpt-4\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"," + file
                            + "}]}]}";
            String chat =
                    "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{"
                            + file + "}}]}]}";
            a.behave(call -> call.json(200, ANYTHING));
            b.behave(call -> call.json(200, ANYTHING));
            for (int i = 0; i < 3; i++) {
                assertThat(send(gateway, "of-ann", "POST", "/v1/responses", response)
                                .headers()
                                .firstValue("x-loom-provider"))
                        .hasValue(holder);
                assertThat(send(gateway, "of-ann", "POST", "/v1/chat/completions", chat)
                                .headers()
                                .firstValue("x-loom-provider"))
                        .hasValue(holder);
            }
            assertThat(json(send(gateway, "of-bob", "POST", "/v1/responses", response))
                            .at("/error/code")
                            .asText())
                    .isEqualTo("not_found");
            assertThat(json(send(gateway, "of-bob", "POST", "/v1/chat/completions", chat))
                            .at("/error/code")
                            .asText())
                    .isEqualTo("not_found");
        }
    }

    /** Long: one story with three providers. */
    @Test
    void an_item_that_a_client_refers_to_is_found_here_or_at_its_provider() throws Exception {
        String chats = PROVIDER.formatted("c", "%s").replace("gpt-4", "other").replace(", responses", "");
        try (FakeProvider a = holding("resp_of_a");
                FakeProvider b = holding("resp_of_b");
                FakeProvider c = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start("providers:\n" + PROVIDER.formatted("a", a.url())
                        + PROVIDER.formatted("b", b.url()) + chats.formatted(c.url())
                        + "routing: {strategy: round_robin}\n" + KEYS)) {
            String item = json(send(
                            gateway, "of-ann", "POST", "/v1/responses", "{\"model\":\"other\",\"input\":\"one\"}"))
                    .at("/output/0/id")
                    .asText();
            String next = "{\"model\":\"%s\",\"input\":[{\"role\":\"user\",\"content\":\"one\"},"
                    + "{\"type\":\"item_reference\",\"id\":\"%s\"},{\"role\":\"user\",\"content\":\"two\"}]}";
            assertThat(send(gateway, "of-ann", "POST", "/v1/responses", next.formatted("other", item))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(c.requests().get(1).body()).contains("{\"role\":\"assistant\",\"content\":\"hello\"}");
            HttpResponse<String> stolen =
                    send(gateway, "of-bob", "POST", "/v1/responses", next.formatted("other", item));
            assertThat(stolen.statusCode()).isEqualTo(400);
            assertThat(json(stolen).at("/error/code").asText()).isEqualTo("not_found");

            String holder = ask(gateway, "of-ann", "")
                    .headers()
                    .firstValue("x-loom-provider")
                    .orElseThrow();
            for (int i = 0; i < 3; i++) {
                assertThat(send(gateway, "of-ann", "POST", "/v1/responses", next.formatted("gpt-4", "msg_of_" + holder))
                                .headers()
                                .firstValue("x-loom-provider"))
                        .hasValue(holder);
            }
        }
    }

    /** Long: one story, through every path of a response. */
    @Test
    void a_response_that_a_provider_holds_is_asked_of_it_by_its_owner_alone() throws Exception {
        try (FakeProvider a = holding("resp_of_a");
                FakeProvider b = holding("resp_of_b");
                TestGateway gateway = gateway(a, b)) {
            ask(gateway, "of-ann", "");
            FakeProvider holder = a.requests().isEmpty() ? b : a;
            String id = holder == a ? "resp_of_a" : "resp_of_b";
            String path = "/v1/responses/" + id;
            HttpResponse<String> got = send(gateway, "of-ann", "GET", path + "?include%5B%5D=x", "");
            assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
            assertThat(got.body()).contains(id);
            assertThat(send(gateway, "of-ann", "GET", path + "/input_items", "").statusCode())
                    .isEqualTo(200);
            assertThat(send(gateway, "of-ann", "POST", path + "/cancel", "").statusCode())
                    .isEqualTo(200);
            assertThat(send(gateway, "of-ann", "DELETE", path, "").statusCode()).isEqualTo(200);
            assertThat(holder.requests().stream().skip(1).map(sent -> sent.method() + " " + sent.path()))
                    .containsExactly(
                            "GET " + path + "?include%5B%5D=x",
                            "GET " + path + "/input_items",
                            "POST " + path + "/cancel",
                            "DELETE " + path);
            assertThat(holder.requests().get(1).headers())
                    .containsEntry("Authorization", "Bearer sk-a")
                    .doesNotContainKey("Content-Length");
            for (String verb : new String[] {"GET", "DELETE"}) {
                HttpResponse<String> refused = send(gateway, "of-bob", verb, path, "");
                assertThat(refused.statusCode()).isEqualTo(404);
                assertThat(json(refused).at("/error/code").asText()).isEqualTo("not_found");
            }
            HttpResponse<String> stolen = ask(gateway, "of-bob", ",\"previous_response_id\":\"" + id + "\"");
            assertThat(json(stolen).at("/error/code").asText()).isEqualTo("previous_response_not_found");
            assertThat(send(gateway, "of-ann", "POST", "/v1/responses/resp_unknown/cancel", "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void a_conversation_is_made_shorter_by_a_provider_that_can() throws Exception {
        try (FakeProvider a = holding("resp_of_a");
                FakeProvider chatOnly = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start("providers:\n"
                        + PROVIDER.formatted("b", chatOnly.url()).replace(", responses", "")
                        + PROVIDER.formatted("a", a.url()))) {
            String body = "{\"model\":\"gpt-4\",\"input\":[]}";
            HttpResponse<String> answer = send(gateway, "none", "POST", "/v1/responses/compact", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(a.requests().get(0).path()).isEqualTo("/v1/responses/compact");
            assertThat(a.requests().get(0).body()).isEqualTo(body);
            assertThat(chatOnly.requests()).isEmpty();
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isEqualTo(7);
        }
    }

    @Test
    void what_no_provider_has_is_a_400_that_names_path_and_model() throws Exception {
        try (FakeProvider a = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(a)) {
            HttpResponse<String> answer =
                    send(gateway, "none", "POST", "/v1/responses/compact", "{\"model\":\"gpt-4\",\"input\":[]}");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).at("/error/code").asText()).isEqualTo("unsupported_endpoint");
            assertThat(json(answer).at("/error/message").asText()).contains("/v1/responses/compact", "gpt-4");
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }
}
