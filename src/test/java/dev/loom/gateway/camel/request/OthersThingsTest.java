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
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to what another client has made, beside its id in the path or in JSON that is called so. */
class OthersThingsTest {

    private FakeProvider provider;
    private TestGateway gateway;

    /** Every client may name ids that nobody is known to have made: what Ann has made is known. */
    @BeforeEach
    void start() throws IOException {
        provider = new FakeProvider(call -> call.json(
                200,
                "{\"id\":\"file-of-ann\",\"object\":\"list\",\"data\":[{\"id\":\"file-in-a-list\"}],\"file\":"
                        + "{\"id\":\"file-inside\"},\"output_file_id\":\"file-result\"}"));
        gateway = TestGateway.start(TestGateway.providers("", provider)
                + "server: {unknown_ids: pass, pass_through: [audio, images, files, batches, vector_stores, uploads],"
                + " api_keys: [{key: of-ann, name: ann}, {key: of-bob, name: bob}]}\n");
        assertThat(send("ann", "POST", "/v1/files", "application/json", "{}").statusCode())
                .isEqualTo(200);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        provider.close();
    }

    private HttpResponse<String> send(String name, String method, String path, String type, byte[] body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Authorization", "Bearer of-" + name)
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpResponse<String> send(String name, String method, String path, String type, String body) {
        return send(name, method, path, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private void assertNothingPassed(HttpResponse<String> answer, Integer... statuses) {
        assertThat(answer.statusCode()).as(answer.body()).isIn((Object[]) statuses);
        assertThat(provider.requests()).hasSize(1);
    }

    private static String form(String head) {
        return "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4\r\n--b\r\nContent-Disposition: form-data; "
                + head + "\r\n\r\nfile-of-ann\r\n--b--\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=\"file_id\"",
                "name=\"file_ids[]\"",
                "name=\"image[file_id]\"",
                "name=\"file_id\"\r\nContent-Type: application/json",
                "name=\"anything\""
            })
    void a_file_that_a_form_names(String head) {
        String type = "multipart/form-data; boundary=b";
        assertNothingPassed(send("bob", "POST", "/v1/audio/transcriptions", type, form(head)), 404);
        assertThat(send("ann", "POST", "/v1/audio/transcriptions", type, form(head))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, UTF-8",
        "application/octet-stream, UTF-8",
        "application/x-www-form-urlencoded, UTF-8",
        "text/plain, UTF-16LE",
        "text/plain, UTF-16",
        "text/plain, UTF-32BE"
    })
    void json_that_is_called_something_else(String type, String charset) {
        String body = " {\"model\":\"gpt-4\",\"images\":[{\"file_id\":\"file-of-ann\"}]}";
        assertNothingPassed(
                send("bob", "POST", "/v1/images/edits", type, body.getBytes(Charset.forName(charset))), 415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/images/edits | {\"model\":\"gpt-4\",\"images\":[{\"file_id\":\"file-of-ann\"}]}",
                "/v1/images/edits | {\"model\":\"gpt-4\",\"mask\":{\"file_id\":\"file-of-ann\"}}",
                "/v1/vector_stores/vs_of_bob/file_batches | {\"files\":[{\"file_id\":\"file-of-ann\"}]}",
                "/v1/vector_stores/vs_of_bob/files | {\"fil\\u0065_id\":\"file-of-\\u0061nn\"}",
                "/v1/uploads/upload_of_bob/complete?x=file-of-ann | {}"
            })
    void json_that_names_it_elsewhere(String path, String body) {
        assertNothingPassed(send("bob", "POST", path, "application/json", body), 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/files/file-mine/../file-of-ann/content",
                "/v1/files/file-mine/%2e%2e/file-of-ann",
                "/v1/files/file-of-ann%2fcontent",
                "/v1/files/file%2Dof%2Dann",
                "/v1/files;x=y/file-of-ann",
                "/v1/files//file-of-ann",
                "//v1/files/file-of-ann",
                "/v1/v1/files/file-of-ann",
                "/openai/v1/files/file-of-ann/"
            })
    void a_path_that_is_written_in_another_way(String path) throws IOException {
        int status = RawHttp.get(gateway.port(), path, "Authorization: Bearer of-bob")
                .status();
        assertThat(status).isIn(400, 404);
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void what_a_list_shows_becomes_nobodys() {
        send("bob", "GET", "/v1/files", "application/json", "");
        assertThat(send("ann", "GET", "/v1/files/file-in-a-list", "application/json", "")
                        .statusCode())
                .isEqualTo(200);
    }

    /** An answer about something that is not known to be the caller's says nothing of what else it may have. */
    @Test
    void a_result_that_is_named_in_an_answer_about_anothers_thing_becomes_nobodys() {
        send("bob", "GET", "/v1/batches/batch_unknown", "application/json", "");
        JsonNode got = Json.lenient(send("ann", "GET", "/v1/files/file-result", "application/json", "")
                .body()
                .getBytes(StandardCharsets.UTF_8));
        assertThat(got.has("error")).isFalse();
    }
}
