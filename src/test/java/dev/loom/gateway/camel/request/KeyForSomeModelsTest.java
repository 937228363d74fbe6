package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key with {@code models} reaches these models and no other, whatever else a request says. */
class KeyForSomeModelsTest {

    private static final String YAML =
            """
            server:
              pass_through: [moderations, audio, images, rerank, files, batches, uploads, fine_tuning, vector_stores]
              api_keys:
                - {key: of-low, name: low, models: [cheap, thinker]}
                - {key: of-high, name: high}
            """;

    private FakeProvider provider;
    private TestGateway gateway;

    private static final String ANYTHING =
            "{\"id\":\"thing-1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
                    + "\"choices\":[{\"message\":{\"content\":\"x\"}}],\"data\":[]}";

    @BeforeEach
    void start() throws IOException {
        provider = new FakeProvider(call -> call.json(200, ANYTHING));
        gateway = TestGateway.start(TestGateway.providers("", provider)
                        .replace(
                                "models: [gpt-4]",
                                "models: [cheap, gold, {name: thinker, surfaces: [chat, responses]}]")
                + YAML);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        provider.close();
    }

    private HttpResponse<String> send(String key, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(headers.length == 0 ? request : request.headers(headers));
    }

    private void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains("This API key ");
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, images/generations",
        "POST, moderations",
        "POST, rerank",
        "POST, audio/speech",
        "POST, files",
        "GET, files",
        "POST, batches",
        "POST, uploads",
        "POST, fine_tuning/jobs",
        "POST, vector_stores",
        "POST, responses/compact"
    })
    void a_header_that_selects_the_provider_takes_the_place_of_no_model(String method, String path) {
        assertRefused(send("of-low", method, "/v1/" + path, "{\"input\":\"hi\"}", "x-loom-provider", "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "batches", "uploads", "fine_tuning/jobs", "vector_stores"})
    void a_model_beside_what_the_path_asks_for_opens_no_path_whose_models_nobody_checks(String path) {
        assertRefused(send("of-low", "POST", "/v1/" + path, "{\"model\":\"cheap\"}"));
        assertThat(send("of-high", "POST", "/v1/" + path, "{\"model\":\"cheap\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_names_one_of_its_models_passes() {
        assertThat(send("of-low", "POST", "/v1/images/generations", "{\"model\":\"cheap\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_model_in_the_query_is_checked_too() {
        assertRefused(send("of-low", "POST", "/v1/images/generations?model=gold", "{\"model\":\"cheap\"}"));
    }

    @Test
    void its_own_response_can_be_read_and_cancelled() {
        assertThat(send("of-low", "POST", "/v1/responses", "{\"model\":\"thinker\",\"input\":\"hi\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("of-low", "GET", "/v1/responses/thing-1", "").statusCode())
                .isEqualTo(200);
        assertThat(send("of-low", "POST", "/v1/responses/thing-1/cancel", "").statusCode())
                .isEqualTo(200);
        assertThat(send("of-low", "GET", "/v1/responses/resp_other?x=thing-1", "", "x-loom-provider", "a")
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("of-low", "GET", "/v1/responses/resp_of_nobody", "", "x-loom-provider", "a")
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"models\":[\"cheap\",\"gold\"],\"route\":\"fallback\"",
                "\"\\u006dodels\":[\"gold\"]",
                "\"Model\":\"gold\"",
                "\"fallbacks\":[\"gold\"]",
                "\"fallbacks\":[{\"cheap\":[\"gold\"]}]",
                "\"fallbacks\":[{\"model\":\"gold\"}]",
                "\"tools\":[{\"type\":\"image_generation\",\"model\":\"gold\"}]",
                "\"tools\":[{\"type\":\"openrouter:image_generation\",\"parameters\":{\"model\":\"gold\"}}]"
            })
    void a_model_beside_the_model_is_checked_in_every_language(String more) {
        String hi = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":9";
        String[][] languages = {
            {"chat/completions", hi},
            {"messages", hi},
            {"completions", "\"prompt\":\"hi\""},
            {"embeddings", "\"input\":\"hi\""},
            {"responses", "\"input\":\"hi\""},
            {"responses/compact", "\"input\":\"hi\""},
            {"images/generations", "\"prompt\":\"hi\""}
        };
        for (String[] language : languages) {
            String body = "{\"model\":\"cheap\"," + language[1] + "," + more + "}";
            assertRefused(send("of-low", "POST", "/v1/" + language[0], body));
        }
        String gemini = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]," + more + "}";
        assertRefused(send("of-low", "POST", "/v1beta/models/cheap:generateContent", gemini));
    }

    @Test
    void tools_in_the_input_of_a_response_are_looked_at_too() {
        String body =
                "{\"model\":\"cheap\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"},{\"type\":\"tool_search_output\","
                        + "\"tools\":[{\"type\":\"image_generation\",\"model\":\"gold\"}]}]}";
        assertRefused(send("of-low", "POST", "/v1/responses", body));
    }

    @Test
    void what_the_prompt_or_a_tool_s_schema_calls_a_model_is_nobody_s_business() {
        String body =
                "{\"model\":\"cheap\",\"models\":[\"cheap\"],\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"model\":\"gold\"}],"
                        + "\"metadata\":{\"model\":\"gold\"},\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                        + "{\"type\":\"object\",\"properties\":{\"model\":{\"type\":\"string\",\"enum\":[\"gold\"]}},\"required\":[\"model\"]}}}]}";
        assertThat(send("of-low", "POST", "/v1/chat/completions", body).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_key_for_all_models_may_name_others() {
        String body =
                "{\"model\":\"cheap\",\"models\":[\"gold\"],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        assertThat(send("of-high", "POST", "/v1/chat/completions", body).statusCode())
                .isEqualTo(200);
    }
}
