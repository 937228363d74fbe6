package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of models that a client picks from, where the configuration leaves it to the providers. */
class ListedModelsTest {

    private static final String OPENAI =
            "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-5\"},{\"id\":\"gpt-4\"},{\"id\":\"o3\"}]}";

    private static TestGateway gateway(FakeProvider provider, String type, String models) {
        return TestGateway.start("providers:\n  - {name: a, type: " + type + ", api_key: sk-a, base_url: '"
                + provider.url().replace("/v1", "") + "', models: " + models + "}\n");
    }

    private static HttpResponse<String> get(TestGateway gateway, String path) {
        return gateway.get(gateway.url() + path);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[]|gpt-4,gpt-5,o3", "['gpt-*']|gpt-4,gpt-5", "['gpt-*', mine]|gpt-4,gpt-5,mine", "[gpt-4]|gpt-4"})
    void a_providers_own_list_is_shown_where_its_models_are_not_named(String models, String shown) throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, OPENAI));
                TestGateway gateway = gateway(provider, "openai", models)) {
            for (int i = 0; i < 3; i++) {
                assertThat(json(get(gateway, "/v1/models")).path("data").findValuesAsText("id"))
                        .containsExactly(shown.split(","));
            }
            assertThat(provider.requests()).hasSize(models.equals("[gpt-4]") ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic|{\"data\":[{\"id\":\"claude-x\"}]}|claude-x",
                "gemini|{\"models\":[{\"name\":\"models/gemini-x\"}]}|gemini-x"
            })
    void every_language_of_providers_is_understood(String type, String list, String shown) throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, list));
                TestGateway gateway = gateway(provider, type, "[]")) {
            assertThat(json(get(gateway, "/v1/models")).path("data").findValuesAsText("id"))
                    .containsExactly(shown);
            assertThat(provider.requests().get(0).path()).contains("1000");
        }
    }

    private static final String SOME = "[m1, m2, m3, m4, m5]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=2|m1,m2|true",
                "limit=2&after_id=m2|m3,m4|true",
                "limit=2&after_id=m4|m5|false",
                "limit=2&before_id=m4|m2,m3|true",
                "limit=2&before_id=m2|m1|false",
                "after_id=m3x|m4,m5|false",
                "limit=1000|m1,m2,m3,m4,m5|false",
                "limit=0|m1,m2,m3,m4,m5|false",
                "limit=5|m1,m2,m3,m4,m5|false"
            })
    void anthropics_clients_get_the_page_that_they_ask_for(String query, String shown, boolean more) throws Exception {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "openai", SOME)) {
            JsonNode page = json(gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/models?" + query))
                    .header("anthropic-version", "2023-06-01")));
            assertThat(page.path("data").findValuesAsText("id")).containsExactly(shown.split(","));
            assertThat(page.path("has_more").asBoolean()).isEqualTo(more);
            assertThat(page.path("first_id").asText()).isEqualTo(shown.split(",")[0]);
            assertThat(page.path("last_id").asText()).isEqualTo(shown.substring(shown.length() - 2));
        }
    }

    @Test
    void geminis_clients_go_from_page_to_page() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "openai", SOME)) {
            List<String> seen = new ArrayList<>();
            String token = "";
            do {
                JsonNode page = json(get(gateway, "/v1beta/models?pageSize=2&pageToken=" + token));
                assertThat(page.path("models").size()).isBetween(1, 2);
                seen.addAll(page.path("models").findValuesAsText("displayName"));
                token = page.path("nextPageToken").asText();
            } while (!token.isEmpty());
            assertThat(seen).containsExactly("m1", "m2", "m3", "m4", "m5");
            assertThat(json(get(gateway, "/v1beta/models")).path("models")).hasSize(5);
        }
    }

    @Test
    void openais_clients_get_all_as_openai_has_no_pages() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "openai", SOME)) {
            assertThat(json(get(gateway, "/v1/models?limit=2&after=m2")).path("data"))
                    .hasSize(5);
        }
    }

    @Test
    void one_model_is_there_exactly_where_a_chat_with_it_would_be_served() throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, OPENAI));
                TestGateway gateway = gateway(provider, "openai", "['gpt-*', claude-3-opus-20240229]")) {
            provider.behave(call -> call.completion("fine"));
            for (String model : new String[] {"gpt-5", "gpt-latest", "o3", "claude-3-opus"}) {
                int status = gateway.chat(TestGateway.chat(model, false)).statusCode();
                assertThat(get(gateway, "/v1/models/" + model).statusCode())
                        .as(model)
                        .isEqualTo(status);
                assertThat(get(gateway, "/v1beta/models/" + model).statusCode()).isEqualTo(status);
                assertThat(status).isEqualTo(model.equals("o3") ? 404 : 200);
            }
        }
    }

    /** Aliases, deployments and models that somebody has trained stand in few lists. */
    @ParameterizedTest
    @ValueSource(strings = {"['*']", "[]"})
    void of_a_provider_that_takes_any_model_there_is_any(String models) throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> call.json(200, OPENAI));
                TestGateway gateway = gateway(provider, "openai", models)) {
            HttpResponse<String> answer = get(gateway, "/v1/models/ft:gpt-4:acme::1");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).path("id").asText()).isEqualTo("ft:gpt-4:acme::1");
            assertThat(provider.requests()).as("nobody need be asked").isEmpty();
        }
    }

    @Test
    void a_provider_that_does_not_tell_hides_nobody_elses_models() throws Exception {
        try (FakeProvider silent = FakeProvider.failing(503, "server_error", "down");
                FakeProvider other = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", other)
                        + "  - {name: b, type: openai, api_key: sk-b, base_url: '" + silent.url() + "'}\n")) {
            assertThat(json(get(gateway, "/v1/models")).path("data").findValuesAsText("id"))
                    .containsExactly("gpt-4");
            assertThat(get(gateway, "/v1/models/anything").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void what_the_configuration_says_of_a_model_is_shown() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = gateway(provider, "openai", "[{name: m, context: 8000, max_output: 100}]")) {
            JsonNode model = json(get(gateway, "/v1beta/models/m"));
            assertThat(model.path("inputTokenLimit").asInt()).isEqualTo(8000);
            assertThat(model.path("outputTokenLimit").asInt()).isEqualTo(100);
        }
    }

    @Test
    void a_realtime_session_is_refused_with_what_to_ask_instead() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("x");
                TestGateway gateway = TestGateway.over(provider)) {
            RawHttp.Answer answer = RawHttp.get(
                    gateway.port(),
                    "/v1/realtime?model=gpt-4",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).contains("unsupported_endpoint", "Realtime", "/v1/responses");
        }
    }
}
