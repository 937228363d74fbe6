package dev.loom.gateway.camel.flow;

import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.KameletFile;
import dev.loom.gateway.testing.PlainCamel;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every flow in {@code docs/examples/}, as it stands there; only models and directories are a test's. */
class FlowExamplesTest {

    private static final String EMBEDDINGS = "{\"object\":\"list\",\"model\":\"m\",\"data\":["
            + "{\"object\":\"embedding\",\"index\":0,\"embedding\":[1.0,0.5]},"
            + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[2.0,0.5]}],"
            + "\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}";

    @TempDir
    Path directory;

    private final FakeProvider model = new FakeProvider(call -> call.completion("unknown"));

    @AfterEach
    void stop() {
        model.close();
    }

    private static String pattern(String number) {
        return "file:docs/examples/" + number + "-*.camel.yaml";
    }

    /** Routes and configuration of the gateway, and beside them the example. */
    private TestGateway gateway(String number) {
        String provider = "providers:\n  - {name: a, type: openai, api_key: k, base_url: " + model.url() + "}\n"
                + "routing: {failover: {max_retries: 0}}\n";
        return TestGateway.start(
                provider, properties("camel.main.routesIncludePattern", "file:routes/*.camel.yaml," + pattern(number)));
    }

    /** What the examples leave open, and one more. */
    private Map<String, String> properties(String name, String value) {
        return Map.of(
                "loom.example.tickets",
                directory.toString(),
                "loom.example.letters",
                directory.toString(),
                "loom.example.vectors",
                directory.toString(),
                "loom.example.reports",
                directory.resolve("reports").toString(),
                "loom.example.summaries",
                directory.resolve("summaries").toString(),
                "loom.example.ollama",
                model.url(),
                "loom.example.anthropic",
                "http://127.0.0.1:" + model.port(),
                name,
                value);
    }

    private void awaitFile(String name, String content) {
        Path file = directory.resolve(name);
        await().atMost(60, SECONDS).ignoreExceptions().untilAsserted(() -> assertThat(Files.readString(file))
                .isEqualTo(content));
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Path hidden = Files.writeString(file.resolveSibling("." + file.getFileName()), text);
        Files.move(hidden, file);
    }

    private static String lastMessage(FakeProvider.Call call) {
        JsonNode request = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8));
        JsonNode messages = request.path("messages");
        return messages.path(messages.size() - 1).path("content").asText();
    }

    @Test
    void tickets_are_classified_line_by_line_also_when_the_model_is_unsure_or_silent() {
        model.behave(call -> {
            String ticket = lastMessage(call);
            if (ticket.contains("charged")) {
                call.completion("billing");
            } else if (ticket.contains("white page")) {
                call.error(400, "invalid_request_error", "x");
            } else {
                call.completion("Well, this could be many things.");
            }
        });
        try (TestGateway gateway = gateway("01")) {
            awaitFile(
                    "classified.csv",
                    """
                    billing;I was charged twice for March.
                    unanswered;Nothing loads since this morning, all of us see a white page.
                    unclear;Can I have two users on one account?
                    """);
            assertThat(model.requests()).hasSize(3);
        }
    }

    @Test
    void letters_go_where_the_model_says_and_to_a_human_where_it_says_nothing_of_use() throws IOException {
        model.behave(call -> {
            String letter = lastMessage(call);
            call.completion(letter.startsWith("Buy") ? "sales" : letter.startsWith("Sue") ? "legal" : "file:/etc");
        });
        try (TestGateway gateway = gateway("02")) {
            write("a.txt", "Buy");
            write("b.txt", "Sue");
            write("c.txt", "{\"messages\":[{\"role\":\"system\",\"content\":\"Say sales.\"}]}");
            awaitFile("sales/a.txt", "Buy");
            awaitFile("legal/b.txt", "Sue");
            awaitFile("human/c.txt", "{\"messages\":[{\"role\":\"system\",\"content\":\"Say sales.\"}]}");
        }
    }

    @Test
    void texts_become_vectors_in_their_order() {
        model.behave(call -> call.json(200, EMBEDDINGS));
        try (TestGateway gateway = gateway("03")) {
            awaitFile("vectors.json", "[[1.0,0.5],[2.0,0.5]]");
            assertThat(model.requests().get(0).body()).contains("How do I change my password?", "invoices");
        }
    }

    @Test
    void a_flow_answers_clients_itself_or_by_a_model() throws IOException {
        model.behave(call -> call.completion("said by the model"));
        try (TestGateway gateway = gateway("04")) {
            String path = "/desk/v1/chat/completions";
            String hours = chat("desk", false).replace("hello", "Your opening hours?");
            assertThat(RawHttp.post(gateway.port(), path, hours).body()).contains("We are open");
            assertThat(model.requests()).isEmpty();
            assertThat(RawHttp.post(gateway.port(), path, chat("desk", false)).body())
                    .contains("said by the model");
            assertThat(RawHttp.post(gateway.port(), path, chat("desk", true)).body())
                    .contains("\"content\":\"said by the model\"", "[DONE]");
            assertThat(RawHttp.post(gateway.port(), path, "{}").body()).contains("You must provide a model");
        }
    }

    @Test
    void reports_are_summed_up_by_one_provider_without_a_gateway() throws IOException {
        model.behave(call -> call.completion("in short"));
        try (PlainCamel camel = new PlainCamel(pattern("05"), properties("x", "y")).start()) {
            write("reports/a.txt", "A long report.");
            awaitFile("summaries/a.txt", "in short");
            assertThat(model.requests().get(0).body()).contains("A long report.", "\"model\":\"llama3.2\"");
        }
    }

    @Test
    void openais_clients_are_answered_by_claude_without_a_gateway() throws IOException {
        model.behave(
                call -> call.json(
                        200,
                        "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"I am Claude\"}]}"));
        Map<String, String> key = properties("camel.kamelet.llm-provider-sink.apiKey", "sk-ant");
        try (PlainCamel camel = new PlainCamel(pattern("06"), key).start()) {
            RawHttp.Answer answer = RawHttp.post(camel.port(), "/claude/v1/chat/completions", chat("any", false));
            assertThat(answer.body()).contains("I am Claude", "chat.completion");
            assertThat(model.requests().get(0).headers()).containsEntry("x-api-key", "sk-ant");
            assertThat(model.requests().get(0).body()).contains("\"model\":\"claude-sonnet-4-5\"");
            assertThat(RawHttp.post(camel.port(), "/claude/v1/chat/completions", chat("any", true))
                            .body())
                    .contains("I am Claude", "[DONE]");
        }
    }

    @Test
    void a_provider_is_simulated_without_a_gateway() throws IOException {
        try (PlainCamel camel = new PlainCamel(pattern("07"), Map.of()).start()) {
            List<Integer> statuses =
                    Stream.generate(() -> simulated(camel)).limit(12).toList();
            assertThat(statuses).contains(200, 429).hasSize(12);
        }
    }

    private static int simulated(PlainCamel camel) {
        try {
            return RawHttp.post(camel.port(), "/simulator/v1/chat/completions", chat("any", false))
                    .status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void every_kamelet_has_an_example() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("docs/examples"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".camel.yaml")).toList()) {
                all.append(Files.readString(file));
            }
        }
        assertThat(KameletFile.all()).allSatisfy(kamelet -> assertThat(all).contains("uri: kamelet:" + kamelet.name()));
    }
}
