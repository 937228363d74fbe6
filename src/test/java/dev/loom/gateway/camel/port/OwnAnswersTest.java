package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the gateway answers by itself has a bound as well: a few bytes of a request can ask for a long list, for a
 * conversation that was kept, or for all MBeans many times.
 */
class OwnAnswersTest {

    private static final long ALL = 32 << 20;
    private static final String TEXT = "y".repeat(500_000);

    /** Has much to say about much. */
    private static final FakeProvider PROVIDER =
            new FakeProvider(call -> call.completion(call.request().body().contains(TEXT) ? TEXT : "fine"));

    private static TestGateway gateway;
    private static String response;
    private static String item;

    @BeforeAll
    static void start() throws IOException {
        String models = IntStream.range(0, 3000).mapToObj(i -> "model-" + i).collect(Collectors.joining(", "));
        gateway = TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4, %s]}
                  - {name: sim, type: simulator, models: [sim]}
                server: {memory: %d}
                """
                        .formatted(PROVIDER.url(), models, ALL));
        JsonNode kept = json(post("/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"" + TEXT + "\"}"));
        response = kept.path("id").asText();
        item = kept.at("/output/0/id").asText();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PROVIDER.close();
    }

    private static Answer post(String path, String json) throws IOException {
        return RawHttp.post(gateway.port(), path, json);
    }

    private static Answer get(String path) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read();
        }
    }

    private static JsonNode json(Answer answer) {
        return Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private interface Question {
        Answer ask() throws IOException;
    }

    static List<Question> questions() {
        return List.of(
                () -> get("/v1/models"),
                () -> get("/v1beta/models"),
                () -> get("/v1/responses/" + response + "/input_items"),
                () -> post(
                        "/v1/responses",
                        "{\"model\":\"gpt-4\",\"input\":\"on\",\"previous_response_id\":\"" + response + "\"}"),
                () -> post(
                        "/v1/responses",
                        "{\"model\":\"gpt-4\",\"input\":[{\"type\":\"item_reference\",\"id\":\"" + item + "\"}]}"));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void a_long_one_is_429_where_there_is_no_room_for_it_and_comes_when_there_is(Question question) throws IOException {
        Memory memory = Memory.of(gateway.camel());
        await("what was asked before to be given back").until(() -> memory.held() == 0);
        try (Memory.Share others = memory.share()) {
            assertThat(others.take(ALL - ALL / 8 - (256 << 10))).isTrue();
            Answer refused = question.ask();
            assertThat(refused.status()).as(refused.body()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body()).contains("server.memory");
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode())
                    .as("a short one")
                    .isEqualTo(200);
        }
        assertThat(question.ask().status()).isEqualTo(200);
        await("all to be given back").until(() -> memory.held() == 0);
    }

    @Test
    void what_a_request_names_again_and_again_counts_each_time_and_is_413_where_it_never_fits() throws IOException {
        String reference = "{\"type\":\"item_reference\",\"id\":\"" + item + "\"}";
        String all = String.join(",", Collections.nCopies(400, reference));
        Answer refused = post("/v1/responses", "{\"model\":\"gpt-4\",\"input\":[" + all + "]}");
        assertThat(refused.status()).as(refused.body()).isEqualTo(413);
        assertThat(refused.body()).contains("server.memory");
    }

    @Test
    void many_small_items_of_one_response_count_that_response_once_and_then_themselves() throws IOException {
        JsonNode said = json(post("/v1/responses", "{\"model\":\"gpt-4\",\"input\":\"hi\"}"));
        String reference = "{\"type\":\"item_reference\",\"id\":\""
                + said.at("/output/0/id").asText() + "\"}";
        String all = String.join(",", Collections.nCopies(1000, reference));
        assertThat(post("/v1/responses", "{\"model\":\"gpt-4\",\"input\":[" + all + "]}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_page_of_a_long_list_makes_no_more_than_that_page() throws IOException {
        String one = "{\"role\":\"user\",\"content\":\"\"}";
        String all = String.join(",", Collections.nCopies(20_000, one));
        String id = json(post("/v1/responses", "{\"model\":\"gpt-4\",\"input\":[" + all + "]}"))
                .path("id")
                .asText();
        String items = "/v1/responses/" + id + "/input_items";
        JsonNode first = json(get(items + "?limit=2"));
        assertThat(first.path("data")).hasSize(2);
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(first.path("first_id").asText()).isEqualTo("item_19999_" + id);
        JsonNode second = json(get(items + "?limit=2&order=asc&after=item_1_" + id));
        assertThat(second.path("first_id").asText()).isEqualTo("item_2_" + id);
        assertThat(second.path("last_id").asText()).isEqualTo("item_3_" + id);
    }

    @Test
    void a_model_that_nobody_serves_is_refused_without_all_the_names_of_the_others() throws IOException {
        Answer refused = post("/v1/chat/completions", chat("gpt-9", false));
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.body()).contains("gpt-4", "and 2952 more").hasSizeLessThan(2000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/embeddings {\"model\":\"sim\",\"input\":[%s],\"dimensions\":8000}",
                "/v1/moderations {\"model\":\"sim\",\"input\":[%s]}",
                "/v1/rerank {\"model\":\"sim\",\"query\":\"a\",\"documents\":[%s]}"
            })
    void a_simulator_refuses_what_would_make_a_long_answer_of_few_bytes(String request) throws IOException {
        String[] parts = request.split(" ", 2);
        int entries = parts[0].endsWith("embeddings") ? 2048 : 200_000;
        String inputs = String.join(",", Collections.nCopies(entries, "\"a\""));
        Answer refused = post(parts[0], parts[1].formatted(inputs));
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("A simulator");
    }

    @Test
    void many_questions_to_jolokia_at_once_have_one_bound() throws IOException {
        String list = "{\"type\":\"list\"}";
        String all = "[" + String.join(",", Collections.nCopies(400, list)) + "]";
        Answer refused = RawHttp.post(gateway.adminPort(), "/jolokia/", all);
        assertThat(json(refused).path("error").asText()).contains("send fewer requests at once");
        Answer nested = RawHttp.post(gateway.adminPort(), "/jolokia/", "[[" + list + "," + list + "]]");
        assertThat(json(nested).path("error").asText()).contains("must be an object");
        Answer few = RawHttp.post(gateway.adminPort(), "/jolokia/", "[" + list + ",{\"type\":\"version\"}]");
        assertThat(json(few).findValuesAsText("status")).startsWith("200").endsWith("200");
        assertThat(json(few)).hasSize(2);
    }
}
