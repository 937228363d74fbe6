package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestHeaders;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.dialects.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded interactions with real providers, read from the folder that {@code -Dloom.recordings} names. */
class OpenAiRecordingsTest {

    private static final Map<String, Outcome> OUTCOMES = Map.of(
            "chat-bad-request-400.json", Outcome.UNSUPPORTED_HERE,
            "chat-invalid-key-401.json", Outcome.CREDENTIAL,
            "chat-unknown-model-404.json", Outcome.MODEL_GONE,
            "deployment-not-found-404.json", Outcome.MODEL_GONE,
            "rate-limited-429.json", Outcome.RATE_LIMITED);

    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure"})
    void recorded_answers_are_understood(String type) throws Exception {
        String folder = System.getProperty("loom.recordings");
        assumeTrue(folder != null, "Skipped: name the folder of the recordings with -Dloom.recordings=...");
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(folder, type))) {
            files = all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            replay(Dialects.of(type), TestTargets.target(type, "v1", Map.of(), "m"), file);
        }
    }

    private static void replay(Dialect dialect, Target target, Path file) throws Exception {
        JsonNode recording = Json.MAPPER.readTree(file.toFile());
        JsonNode request = recording.path("request");
        JsonNode response = recording.path("response");
        byte[] body = response.path("body").textValue().getBytes(UTF_8);
        int status = response.path("status").intValue();
        if (!request.path("path").textValue().contains("chat/completions")) {
            return;
        }
        if (status != 200) {
            failure(
                    dialect.classify(status, headers(response.path("headers")), body, TestTargets.RECEIVED),
                    file,
                    body);
        } else if (request.path("body").path("stream").asBoolean()) {
            stream(dialect, target, TestTargets.request(Json.string(request.path("body"))), body);
        } else {
            answer(dialect, target, TestTargets.request(Json.string(request.path("body"))), body);
        }
    }

    private static Headers headers(JsonNode recorded) {
        List<String> flat = new ArrayList<>();
        recorded.properties().forEach(entry -> {
            flat.add(entry.getKey());
            flat.add(entry.getValue().asText());
        });
        return TestHeaders.of(flat.toArray(String[]::new));
    }

    private static void failure(Failure failure, Path file, byte[] body) {
        assertThat(failure.outcome()).isEqualTo(OUTCOMES.get(file.getFileName().toString()));
        assertThat(failure.error().message()).isNotBlank();
        if (failure.outcome() != Outcome.CREDENTIAL) {
            assertThat(failure.error().message())
                    .isEqualTo(Json.lenient(body).at("/error/message").textValue());
        }
    }

    /** Of a whole answer nothing but what is filled in may differ. */
    private static void answer(Dialect dialect, Target target, ChatRequest request, byte[] body) throws Exception {
        Completion completion = dialect.decode(body, request, target);
        JsonNode sent = Json.lenient(body);
        JsonNode relayed = Json.lenient(completion.body());
        assertThat(relayed.path("usage")).isEqualTo(sent.path("usage"));
        assertThat(relayed.path("id")).isEqualTo(sent.path("id"));
        assertThat(relayed.at("/choices/0/message")).isEqualTo(sent.at("/choices/0/message"));
        assertThat(completion.usage()).isNotNull().isEqualTo(OpenAiUsage.read(sent.path("usage")));
    }

    private static void stream(Dialect dialect, Target target, ChatRequest request, byte[] body) throws IOException {
        RecordingSink sink = RecordingSink.of(dialect.stream(request, target), body);
        assertThat(sink.failure).isNull();
        assertThat(sink.done).isTrue();
        assertThat(texts(sink.chunks)).isEqualTo(texts(data(body)));
        if (dialect instanceof OpenAi) {
            assertThat(data(body)).as("byte for byte").containsAll(sink.chunks);
        }
        boolean empty = texts(sink.chunks).startsWith("/"); // all tokens went into hidden reasoning
        assertThat(sink.content.contains(true)).isEqualTo(!empty);
    }

    private static List<String> data(byte[] body) {
        return new String(body, UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> line.substring(6))
                .toList();
    }

    /** All that is said: text and the parts of tool calls, joined. */
    private static String texts(List<String> chunks) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String chunk : chunks) {
            JsonNode choice = Json.MAPPER.readTree(chunk).at("/choices/0");
            said.append(choice.at("/delta/content").asText(""));
            for (JsonNode call : choice.at("/delta/tool_calls")) {
                said.append(call.path("id").asText(""))
                        .append(call.at("/function/name").asText(""));
                said.append(call.at("/function/arguments").asText(""));
            }
            said.append(reason(choice.path("finish_reason")));
        }
        return said.toString();
    }

    private static String reason(JsonNode reason) {
        return !reason.isTextual() ? "" : "/" + reason.textValue();
    }
}
