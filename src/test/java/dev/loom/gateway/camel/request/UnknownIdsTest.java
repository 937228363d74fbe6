package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What was made before the gateway began to remember may be anybody's: who may name it, and who may not. */
class UnknownIdsTest {

    private static final String OPEN = "pass_through: [files, batches, uploads, fine_tuning, vector_stores]";
    private static final String TWO = "api_keys: [{key: of-ann, name: ann}, {key: of-bob, name: bob}]";
    private static final String ONE = "api_keys: [{key: of-ann, name: ann}]";
    private static final String SOME = "api_keys: [{key: of-ann, name: ann, models: [gpt-4]}]";

    private static final String INPUT = "{\"model\":\"gpt-4\",\"input\":";

    /** Method, path and body of requests about what somebody made once. */
    static final String[][] ABOUT_UNKNOWN = {
        {"GET", "/v1/files/file-old", ""},
        {"GET", "/v1/files/file-old/content", ""},
        {"DELETE", "/v1/files/file-old", ""},
        {"GET", "/v1/batches/batch_old?x=1", ""},
        {"POST", "/v1/batches/batch_old/cancel", "{}"},
        {"POST", "/v1/uploads/upload_old/complete", "{}"},
        {"GET", "/v1/fine_tuning/jobs/ftjob-old/events", ""},
        {"GET", "/v1/vector_stores/vs_old/search", ""},
        {"GET", "/v1/responses/resp_old", ""},
        {"GET", "/v1/responses/resp_old/input_items", ""},
        {"POST", "/v1/batches", "{\"input_file_id\":\"file-old\"}"},
        {"POST", "/v1/vector_stores", "{\"file_ids\":[\"file-old\"]}"},
        {"POST", "/v1/fine_tuning/jobs", "{\"training_file\":\"file-old\"}"},
        {"POST", "/v1/responses/compact", INPUT + "[],\"previous_response_id\":\"resp_old\"}"},
        {"POST", "/v1/responses/compact", INPUT + "[{\"type\":\"item_reference\",\"id\":\"msg_old\"}]}"},
        {"POST", "/v1/responses", INPUT + "\"hi\",\"previous_response_id\":\"resp_old\"}"},
        {"POST", "/v1/responses", INPUT + "\"hi\",\"conversation\":\"conv_old\"}"},
        {"POST", "/v1/responses", INPUT + "[{\"type\":\"item_reference\",\"id\":\"msg_old\"}]}"},
        {
            "POST",
            "/v1/responses",
            INPUT + "[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"file-old\"}]}]}"
        },
        {
            "POST",
            "/v1/responses",
            INPUT + "\"hi\",\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"vs_old\"]}]}"
        },
        {
            "POST",
            "/v1/responses",
            INPUT + "\"hi\",\"tools\":[{\"type\":\"code_interpreter\",\"container\":\"cntr_old\"}]}"
        },
        {
            "POST",
            "/v1/chat/completions",
            "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-old\"}}]}]}"
        }
    };

    private static FakeProvider provider() {
        return new FakeProvider(call -> {
            String path = call.request().path();
            String id = path.startsWith("/v1/batches/")
                    ? "batch_new"
                    : path.substring(4).replace('/', '-') + "-new";
            call.json(
                    200,
                    "{\"id\":\"" + id + "\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
                            + "\"output_file_id\":\"file-result\",\"choices\":[{\"message\":{\"content\":\"x\"}}]}");
        });
    }

    private static TestGateway gateway(FakeProvider provider, String server) {
        String models = "models: [{name: gpt-4, surfaces: [chat, responses]}]";
        return TestGateway.start(TestGateway.providers("", provider).replace("models: [gpt-4]", models) + "server: {"
                + OPEN + ", " + server + "}\n");
    }

    private static HttpResponse<String> send(TestGateway gateway, String key, String... request) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + request[1]))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .header("x-loom-provider", "a")
                .method(request[0], HttpRequest.BodyPublishers.ofString(request[2])));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {TWO, SOME, ONE + ", unknown_ids: refuse", "allow_anonymous: true, unknown_ids: refuse"})
    void what_nobody_is_known_to_have_made_is_refused_where_it_may_be_anothers(String server) throws IOException {
        try (FakeProvider provider = provider();
                TestGateway gateway = gateway(provider, server)) {
            for (String[] request : ABOUT_UNKNOWN) {
                HttpResponse<String> answer = send(gateway, "of-ann", request);
                assertThat(answer.statusCode()).as(Arrays.toString(request)).isIn(400, 403, 404);
                assertThat(json(answer).at("/error/code").asText())
                        .as(answer.body())
                        .isIn("not_found", "previous_response_not_found", "model_not_allowed");
            }
            assertThat(provider.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {ONE, TWO + ", unknown_ids: pass", "allow_anonymous: true"})
    void it_passes_where_all_belongs_to_one_or_the_operator_says_so(String server) throws IOException {
        try (FakeProvider provider = provider();
                TestGateway gateway = gateway(provider, server)) {
            for (String[] request : ABOUT_UNKNOWN) {
                assertThat(send(gateway, "of-ann", request).statusCode())
                        .as(Arrays.toString(request))
                        .isEqualTo(200);
            }
        }
    }

    /** The story of a batch: its file, itself, and the file with its results. */
    @Test
    void what_a_client_has_made_itself_and_its_results_stay_within_its_reach() throws IOException {
        try (FakeProvider provider = provider();
                TestGateway gateway = gateway(provider, TWO)) {
            String[][] requests = {
                {"POST", "/v1/files", "{}"},
                {"GET", "/v1/files/files-new/content", ""},
                {"POST", "/v1/batches", "{\"input_file_id\":\"files-new\"}"},
                {"GET", "/v1/batches/batches-new", ""},
                {"GET", "/v1/files/file-result/content", ""},
                {"GET", "/v1/files", ""},
                {"GET", "/v1/batches?limit=2&after=batch_old", ""}
            };
            for (String[] request : requests) {
                assertThat(send(gateway, "of-ann", request).statusCode())
                        .as(Arrays.toString(request))
                        .isEqualTo(200);
            }
            assertThat(send(gateway, "of-bob", "GET", "/v1/files/file-result/content", "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    /** Requests with such words in places that no provider reads as an id. */
    static final String[] OWN_WORDS = {
        "\"metadata\":{\"file_id\":\"file-mine\",\"conversation\":\"about cars\"}",
        "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":"
                + "{\"file_id\":{\"type\":\"string\"}},\"default\":{\"file_id\":\"file-mine\"}}}]",
        "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\",\"schema\":{\"default\":{\"file_id\":\"x\"}}}}",
        "\"tools\":[{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\"}}]"
    };

    @ParameterizedTest
    @FieldSource("OWN_WORDS")
    void words_of_the_clients_own_are_no_ids(String words) throws IOException {
        try (FakeProvider provider = provider();
                TestGateway gateway = gateway(provider, TWO)) {
            HttpResponse<String> answer =
                    send(gateway, "of-ann", "POST", "/v1/responses", INPUT + "\"hi\"," + words + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void an_unknown_id_and_another_clients_are_refused_in_the_same_words() throws IOException {
        try (FakeProvider provider = provider();
                TestGateway gateway = gateway(provider, TWO)) {
            send(gateway, "of-ann", "POST", "/v1/files", "{}");
            assertThat(Stream.of("files-new", "files-old")
                            .map(id -> send(gateway, "of-bob", "GET", "/v1/files/" + id, "")
                                    .body()
                                    .replace(id, "ID"))
                            .distinct())
                    .hasSize(1);
        }
    }
}
