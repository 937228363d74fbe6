package dev.loom.gateway.camel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that could end the gateway, or its look after files, are refused, and the next edit is seen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BrokenFilesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NESTED = "nested too deep";

    private Path directory;
    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        edited = EditableGateway.start(directory, provider("first"));
    }

    @AfterAll
    void stop() {
        edited.close();
    }

    private static String provider(String name) {
        return "providers: [{name: " + name + ", type: simulator, models: [m]}]";
    }

    private void pipe(String file) throws IOException, InterruptedException {
        Files.deleteIfExists(directory.resolve(file));
        assertThat(new ProcessBuilder("mkfifo", directory.resolve(file).toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private HttpResponse<String> reload() {
        return edited.gateway()
                .send(HttpRequest.newBuilder(URI.create(edited.gateway().adminUrl() + "/ai/config/reload"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private void assertTheNextEditIsSeen(String name) {
        edited.configure(provider(name));
        await().atMost(SOON).until(() -> edited.gateway()
                .admin("/ai/config")
                .at("/providers/0/name")
                .asText()
                .equals(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void a_configuration_nested_without_end(String open) {
        try (CapturedLog log = new CapturedLog()) {
            edited.save("ai-gateway.yaml", open.repeat(100_000));
            await().atMost(SOON)
                    .until(() -> log.messages().stream().anyMatch(m -> m.contains(":1:") && m.contains(NESTED)));
        }
        HttpResponse<String> refused = reload();
        assertThat(refused.statusCode()).isNotEqualTo(500);
        assertThat(refused.body()).contains(NESTED);
        assertTheNextEditIsSeen("next-" + (int) open.charAt(0));
    }

    @Test
    void a_pipe_in_the_place_of_the_configuration() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            pipe("ai-gateway.yaml");
            await().atMost(SOON).until(() -> log.messages().stream()
                    .anyMatch(m -> m.contains("ai-gateway.yaml:1:1  this is no regular file")));
        }
        assertThat(reload().body()).contains("this is no regular file");
        assertTheNextEditIsSeen("after-the-pipe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes/mine.camel.yaml", "kamelets/mine.kamelet.yaml"})
    void routes_nested_without_end_and_empty_ones_and_pipes(String file) throws Exception {
        assertThat(edited.saveAndWait(file, "- route: " + "[".repeat(100_000))).contains("line 1: ", NESTED);
        assertThat(edited.saveAndWait(file, "# later\n\n")).contains(": the file is empty; ");
        assertThat(edited.saveAndWait(file, "#" + "x".repeat(5 << 20))).contains("6 MB; at most 4 MB");
        try (CapturedLog log = new CapturedLog()) {
            pipe(file);
            await().atMost(SOON)
                    .until(() -> log.messages().stream().anyMatch(m -> m.contains(file + ": this is no regular file")));
        }
        edited.delete(file);
        assertTheNextEditIsSeen("after-" + (file.startsWith("routes") ? "routes" : "kamelets"));
    }

    /** With one, the next start would be refused. */
    @ParameterizedTest
    @ValueSource(strings = {"routes/mine.camel.yaml", "kamelets/mine.kamelet.yaml"})
    void files_in_another_encoding(String file) throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            Files.writeString(
                    directory.resolve(file),
                    "- route: {id: mine, from: {uri: \"direct:mine\", steps: [{log: \"für\"}]}}\n",
                    StandardCharsets.ISO_8859_1);
            await().atMost(SOON).until(() -> log.messages().stream()
                    .anyMatch(m -> m.contains(file + ": this file is not UTF-8 text; save it as UTF-8")));
        }
        edited.delete(file);
        assertTheNextEditIsSeen("after-" + (file.startsWith("routes") ? "routes" : "kamelets"));
    }
}
