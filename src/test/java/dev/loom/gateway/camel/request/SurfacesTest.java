package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every language of clients, at a provider that speaks another one. */
class SurfacesTest {

    private static final String MESSAGE =
            """
            {"model":"gpt-4","max_tokens":50,"stream":%s,"messages":[{"role":"user","content":"hi"}]}""";
    private static final String GEMINI = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
    private static final String KEYS = "server: {api_keys: [{key: right, name: ann}, {key: other, name: bob}]}\n";

    private static HttpResponse<String> post(TestGateway gateway, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_message_is_asked_for_and_answered_in_anthropics_words() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(gateway, "/v1/messages?beta=true", MESSAGE.formatted("false"));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode message = json(response);
            assertThat(message.path("type").asText()).isEqualTo("message");
            assertThat(message.at("/content/0/text").asText()).isEqualTo("hello");
            assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(7);
            assertThat(response.headers().firstValue("request-id"))
                    .isEqualTo(response.headers().firstValue("x-request-id"));
            assertThat(provider.requests().get(0).path()).isEqualTo("/v1/chat/completions");
            assertThat(gateway.admin("/ai/requests").at("/requests/0/surface").asText())
                    .isEqualTo("messages");
        }
    }

    @Test
    void a_message_is_streamed_in_anthropics_events() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(gateway, "/v1/messages", MESSAGE.formatted("true"));
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
            assertThat(response.body().lines().filter(line -> line.startsWith("event: ")))
                    .containsExactly(
                            "event: message_start",
                            "event: content_block_start",
                            "event: content_block_delta",
                            "event: content_block_stop",
                            "event: message_delta",
                            "event: message_stop");
        }
    }

    @Test
    void a_stream_that_breaks_ends_with_an_error_in_the_clients_language() throws IOException {
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.startStream();
                    call.content("hel");
                    call.cut();
                });
                TestGateway gateway = TestGateway.over(provider)) {
            String events =
                    post(gateway, "/v1/messages", MESSAGE.formatted("true")).body();
            assertThat(events).contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"");
            assertThat(events).doesNotContain("message_stop");
            String contents = post(gateway, "/v1beta/models/gpt-4:streamGenerateContent?alt=sse", GEMINI)
                    .body();
            assertThat(contents).contains("data: {\"error\":{\"code\":500");
        }
    }

    @Test
    void a_provider_that_is_out_of_turns_is_told_with_the_time_to_wait() throws IOException {
        try (FakeProvider provider = new FakeProvider(
                        call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "7"));
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(gateway, "/v1/messages", MESSAGE.formatted("false"));
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(json(response).path("type").asText()).isEqualTo("error");
            assertThat(json(response).at("/error/type").asText()).isEqualTo("rate_limit_error");
            assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
            assertThat(response.headers().firstValue("request-id")).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, not_found_error, /error/type",
        "/v1beta/models/none:generateContent, NOT_FOUND, /error/status",
        "/v1/responses, model_not_found, /error/code",
        "/v1/completions, model_not_found, /error/code",
        "/openai/deployments/none/chat/completions, model_not_found, /error/code"
    })
    void a_model_that_nobody_serves_is_a_404_in_the_clients_language(String path, String expected, String at)
            throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            String body = "{\"model\":\"none\",\"max_tokens\":5,\"prompt\":\"hi\",\"input\":\"hi\","
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                    + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            HttpResponse<String> response = post(gateway, path, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
            assertThat(json(response).at(at).asText()).as(response.body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, x-api-key: wrong, authentication_error, /error/type",
        "/v1beta/models/gpt-4:generateContent?key=wrong, x-goog-api-key: wrong, UNAUTHENTICATED, /error/status",
        "/v1/responses, Authorization: Bearer wrong, invalid_api_key, /error/code"
    })
    void a_wrong_key_is_a_401_in_the_clients_language(String path, String header, String expected, String at)
            throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            String[] parts = header.split(": ");
            HttpResponse<String> response = post(gateway, path, "{}", parts);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(json(response).at(at).asText()).as(response.body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-api-key", "api-key", "x-goog-api-key"})
    void a_key_lets_in_wherever_a_language_puts_it(String header) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            assertThat(post(gateway, "/v1/messages", MESSAGE.formatted("false"), header, "right")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(gateway, "/v1beta/models/gpt-4:generateContent?key=right", GEMINI)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void tokens_are_counted_without_a_call() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            assertThat(json(post(gateway, "/v1/messages/count_tokens", MESSAGE.formatted("false")))
                            .path("input_tokens")
                            .asInt())
                    .isPositive();
            assertThat(json(post(gateway, "/v1beta/models/gpt-4:countTokens", GEMINI))
                            .path("totalTokens")
                            .asInt())
                    .isPositive();
            assertThat(json(post(gateway, "/v1/responses/input_tokens", "{\"model\":\"gpt-4\",\"input\":\"hi\"}"))
                            .path("input_tokens")
                            .asInt())
                    .isPositive();
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Test
    void a_count_goes_on_from_a_response_as_a_request_does() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            String words = "word ".repeat(500);
            String first = json(post(gateway, "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"" + words + "\"}"))
                    .path("id")
                    .asText();
            String on = "{\"model\":\"gpt-4\",\"input\":\"on\",\"previous_response_id\":\"%s\"}";
            assertThat(json(post(gateway, "/v1/responses/input_tokens", on.formatted(first)))
                            .path("input_tokens")
                            .asInt())
                    .isGreaterThan(500);
            for (String path : new String[] {"/v1/responses", "/v1/responses/input_tokens"}) {
                assertThat(post(gateway, path, on.formatted("resp_nobodys")).statusCode())
                        .as(path)
                        .isEqualTo(400);
            }
        }
    }

    private static final String LIMITED =
            "server: {api_keys: [{key: right, name: ann, models: [other*], rate_limit: {requests_per_minute: 2}},"
                    + " {key: few, name: bob, rate_limit: {requests_per_minute: 1}}]}\n";

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/messages/count_tokens", "/v1beta/models/gpt-4:countTokens", "/v1/responses/input_tokens"})
    void a_count_obeys_what_its_key_may_ask_for_and_how_often(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + LIMITED)) {
            String body = "{\"model\":\"gpt-4\",\"max_tokens\":5,\"input\":\"hi\","
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                    + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            assertThat(post(gateway, path, body, "x-api-key", "right").statusCode())
                    .isEqualTo(403);
            assertThat(post(gateway, path, body, "x-api-key", "few").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = post(gateway, path, body, "x-api-key", "few");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/models", "/health"})
    void a_key_in_the_query_lets_in_on_geminis_paths_only(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            assertThat(post(gateway, path + "?key=right", MESSAGE.formatted("false"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(gateway.get(gateway.url() + "/v1beta/models?pageSize=5&key=right")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(gateway, "/v1/models/gpt-4:generateContent?key=right&alt=json", GEMINI)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer other-than-any"})
    void a_second_credential_beside_a_valid_one_does_not_refuse(String second) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            String body = TestGateway.chat("gpt-4", false);
            for (String[] headers : List.of(
                    new String[] {"x-api-key: right", "Authorization: " + second},
                    new String[] {"Authorization: " + second, "Authorization: Bearer right"},
                    new String[] {"x-api-key: ", "x-api-key: right"})) {
                assertThat(RawHttp.post(gateway.port(), "/v1/chat/completions", body, headers)
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void a_response_can_be_gone_on_from_looked_at_and_forgotten_by_its_own_client_only() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            String bearer = "Bearer right";
            JsonNode first = json(
                    post(gateway, "/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"one\"}", "Authorization", bearer));
            assertThat(first.at("/output/0/content/0/text").asText()).isEqualTo("hello");
            String id = first.path("id").asText();
            String next =
                    "{\"model\":\"gpt-4\",\"input\":\"two\",\"stream\":true,\"previous_response_id\":\"" + id + "\"}";
            String events = post(gateway, "/v1/responses", next, "Authorization", bearer)
                    .body();
            assertThat(events).contains("event: response.completed");
            JsonNode sent = Json.lenient(provider.requests().get(1).body().getBytes(StandardCharsets.UTF_8));
            assertThat(sent.path("messages").findValuesAsText("role")).containsExactly("user", "assistant", "user");
            assertThat(post(gateway, "/v1/responses", next, "Authorization", "Bearer other")
                            .statusCode())
                    .isEqualTo(400);

            String url = gateway.url() + "/v1/responses/" + id;
            HttpRequest.Builder get = HttpRequest.newBuilder(URI.create(url)).header("Authorization", bearer);
            assertThat(json(gateway.send(get.GET()))).isEqualTo(first);
            HttpRequest.Builder items =
                    HttpRequest.newBuilder(URI.create(url + "/input_items")).header("Authorization", bearer);
            assertThat(json(gateway.send(items)).at("/data/0/content/0/text").asText())
                    .isEqualTo("one");
            assertThat(json(gateway.send(get.DELETE())).path("deleted").asBoolean())
                    .isTrue();
            assertThat(gateway.send(get.GET()).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void the_items_of_a_request_are_read_page_by_page() throws IOException {
        String item = "{\"role\":\"user\",\"content\":\"%s\"}";
        String items = item.formatted("one") + "," + item.formatted("two") + "," + item.formatted("three");
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            String id = json(post(gateway, "/v1/responses", "{\"model\":\"gpt-4\",\"input\":[" + items + "]}"))
                    .path("id")
                    .asText();
            String url = gateway.url() + "/v1/responses/" + id + "/input_items";
            JsonNode first = json(gateway.get(url + "?limit=2"));
            assertThat(first.findValuesAsText("text")).containsExactly("three", "two");
            assertThat(first.path("has_more").asBoolean()).isTrue();
            JsonNode second = json(
                    gateway.get(url + "?limit=2&after=" + first.path("last_id").asText()));
            assertThat(second.findValuesAsText("text")).containsExactly("one");
            assertThat(second.path("has_more").asBoolean()).isFalse();
            for (String query : new String[] {"?order=asc", "?order=asc&limit=0", "?order=asc&limit=x&after=none"}) {
                assertThat(json(gateway.get(url + query)).findValuesAsText("text"))
                        .containsExactly("one", "two", "three");
            }
        }
    }

    @Test
    void a_response_is_not_gone_on_from_where_none_is_kept() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway =
                        TestGateway.start(TestGateway.providers("", provider) + "server: {response_store: 0}\n")) {
            HttpResponse<String> response = post(
                    gateway,
                    "/v1/responses",
                    "{\"model\":\"gpt-4\",\"input\":\"two\",\"previous_response_id\":\"resp_1\"}");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(json(response).at("/error/param").asText()).isEqualTo("previous_response_id");
            assertThat(json(response).at("/error/code").asText()).isEqualTo("previous_response_not_found");
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Test
    void a_text_is_continued() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            JsonNode answer =
                    json(post(gateway, "/v1/completions", "{\"model\":\"gpt-4\",\"prompt\":\"say\",\"echo\":true}"));
            assertThat(answer.at("/choices/0/text").asText()).isEqualTo("sayhello");
            assertThat(post(gateway, "/v1/completions", "{\"model\":\"gpt-4\",\"prompt\":\"x\",\"stream\":true}")
                            .body())
                    .contains("\"object\":\"text_completion\"")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1beta", "/v1", "/v1/v1beta"})
    void content_is_generated_in_geminis_words(String base) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            JsonNode whole = json(post(gateway, base + "/models/gpt-4:generateContent", GEMINI));
            assertThat(whole.at("/candidates/0/content/parts/0/text").asText())
                    .as(whole.toString())
                    .isEqualTo("hello");
            HttpResponse<String> list = post(gateway, base + "/models/gpt-4:streamGenerateContent", GEMINI);
            assertThat(list.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
            assertThat(json(list).isArray()).as(list.body()).isTrue();
            assertThat(gateway.get(gateway.url() + base + "/models").body()).contains("gpt-4");
        }
    }

    /** As at Google's own address. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1beta/models/gpt-4:fooBar", "/v1/models/gpt-4:predict", "/v1beta/models/gpt-4"})
    void what_geminis_language_has_no_method_for_is_not_found(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(gateway, path, GEMINI);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
            assertThat(json(response).at("/error/status").asText()).isEqualTo("NOT_FOUND");
            assertThat(json(response).at("/error/message").asText()).contains("generateContent");
        }
    }

    @Test
    void azures_paths_name_the_model() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(
                    gateway,
                    "/openai/deployments/gpt-4/chat/completions?api-version=2024-10-21",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
            assertThat(json(response).at("/choices/0/message/content").asText())
                    .as(response.body())
                    .isEqualTo("hello");
            assertThat(provider.requests().get(0).body()).contains("\"model\":\"gpt-4\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions/",
                "/chat/completions",
                "/v1/v1/chat/completions",
                "/openai/v1/chat/completions"
            })
    void a_base_url_may_be_written_in_more_than_one_way(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            assertThat(post(gateway, path, TestGateway.chat("gpt-4", false)).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions",
                "/v1/messages",
                "/v1/responses",
                "/v1/completions",
                "/v1beta/models/gpt-4:generateContent",
                "/openai/deployments/gpt-4/chat/completions"
            })
    void a_body_may_begin_with_a_byte_order_mark_and_every_answers_tokens_are_counted(String path) throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            String body = "{\"model\":\"gpt-4\",\"max_tokens\":5,\"prompt\":\"hi\",\"input\":\"hi\",\"stream\":%s,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                    + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            body = path.endsWith("responses") ? body.replace("\"prompt\":\"hi\",", "") : body;
            HttpResponse<String> whole = post(gateway, path, "\uFEFF" + body.formatted("false"));
            assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
            post(gateway, path.replace("generateContent", "streamGenerateContent?alt=sse"), body.formatted("true"));
            JsonNode requests = gateway.admin("/ai/requests").path("requests");
            assertThat(requests).hasSize(2);
            assertThat(requests).allSatisfy(request -> {
                assertThat(request.path("stream").asBoolean()).isEqualTo(request == requests.get(0));
                assertThat(request.at("/tokens/output").asInt())
                        .as(request.toString())
                        .isPositive();
            });
        }
    }

    @Test
    void an_unknown_path_is_a_404_that_lists_what_is_served() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpResponse<String> response = post(gateway, "/v1/nothing", "{}");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(json(response).at("/error/message").asText())
                    .contains("/v1/chat/completions (POST)", "/v1/messages (POST)", "/v1/models (GET)");
        }
    }

    @Test
    void a_client_that_looks_whether_anybody_is_there_needs_no_key() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", provider) + KEYS)) {
            HttpRequest.Builder head = HttpRequest.newBuilder(URI.create(gateway.url() + "/"))
                    .method("HEAD", HttpRequest.BodyPublishers.noBody());
            assertThat(gateway.send(head).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void models_come_in_the_shape_of_whoever_asks() throws IOException {
        try (FakeProvider provider = FakeProvider.saying("hello");
                TestGateway gateway = TestGateway.over(provider)) {
            HttpRequest.Builder models = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/models"));
            assertThat(json(gateway.send(models)).at("/data/0/object").asText()).isEqualTo("model");
            assertThat(json(gateway.send(models.header("anthropic-version", "2023-06-01")))
                            .at("/data/0/type")
                            .asText())
                    .isEqualTo("model");
            assertThat(json(gateway.get(gateway.url() + "/v1beta/models/gpt-4"))
                            .path("name")
                            .asText())
                    .isEqualTo("models/gpt-4");
        }
    }
}
