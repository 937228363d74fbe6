package dev.loom.gateway.provider.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Vertex AI and Gemini really sent, where the folder of recordings is at hand. */
class VertexReplayTest {

    private static final Target TARGET = VertexTargets.target("gemini-2.5-flash");
    private static final String FOLDER = System.getProperty("loom.recordings", "");

    private final Vertex vertex = new Vertex();

    private static JsonNode response(String file) {
        assumeThat(FOLDER)
                .as("Set -Dloom.recordings=<folder> to replay what Vertex AI sent.")
                .isNotEmpty();
        try {
            return Json.lenient(Files.readAllBytes(Path.of(FOLDER, file))).path("response");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that are not plain ASCII were recorded in Base64. */
    private static byte[] body(JsonNode response) {
        String body = response.path("body").asText();
        return body.startsWith("ZGF0YTog") ? Base64.getDecoder().decode(body) : body.getBytes(UTF_8);
    }

    private JsonNode decoded(String file) throws UnreadableAnswer {
        return Json.lenient(
                vertex.decode(body(response(file)), TestTargets.plain(), TARGET).body());
    }

    private RecordingSink streamed(String file) {
        RecordingSink sink = RecordingSink.of(vertex.stream(TestTargets.streaming(true), TARGET), body(response(file)));
        assertThat(sink.failure).isNull();
        assertThat(sink.done).isTrue();
        return sink;
    }

    private Failure classified(String file) {
        JsonNode response = response(file);
        return vertex.classify(response.path("status").asInt(), Headers.NONE, body(response), Instant.EPOCH);
    }

    private static String joined(RecordingSink sink, String pointer) {
        StringBuilder text = new StringBuilder();
        sink.chunks.forEach(chunk ->
                text.append(Json.lenient(chunk.getBytes(UTF_8)).at(pointer).asText("")));
        return text.toString();
    }

    private static JsonNode chunk(RecordingSink sink, int fromEnd) {
        return Json.lenient(sink.chunks.get(sink.chunks.size() - 1 - fromEnd).getBytes(UTF_8));
    }

    @Test
    void every_recording_of_the_folders_is_read() throws IOException {
        assumeThat(FOLDER)
                .as("Set -Dloom.recordings=<folder> to replay what Vertex AI sent.")
                .isNotEmpty();
        for (String folder : List.of("vertex", "gemini")) {
            try (Stream<Path> files = Files.list(Path.of(FOLDER, folder))) {
                files.forEach(file -> read(folder + "/" + file.getFileName()));
            }
        }
    }

    private void read(String file) {
        JsonNode response = response(file);
        String type = response.at("/headers/content-type").asText();
        if (response.path("status").asInt() != 200) {
            assertThat(classified(file).error().message()).isNotBlank();
        } else if (type.startsWith("text/event-stream")) {
            streamed(file);
        } else {
            assertThat(decodedOrThrow(file).path("choices").isEmpty()).isFalse();
        }
    }

    private JsonNode decodedOrThrow(String file) {
        try {
            return decoded(file);
        } catch (UnreadableAnswer e) {
            throw new AssertionError(file, e);
        }
    }

    @Test
    void whole_answers() throws UnreadableAnswer {
        JsonNode plain = decoded("vertex/generate-content.json");
        assertThat(plain.at("/choices/0/message/content").asText()).contains("Paris");
        assertThat(plain.at("/usage/total_tokens").asInt()).isEqualTo(21);
        assertThat(plain.path("created").asLong()).isEqualTo(1_751_014_101L);
        JsonNode blocked = decoded("vertex/blocked-prompt.json");
        assertThat(blocked.at("/choices/0/finish_reason").asText()).isEqualTo("content_filter");
        assertThat(blocked.at("/choices/0/message/refusal").asText()).contains("Jailbreak filters");
        assertThat(decoded("vertex/safety-finish.json")
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("content_filter");
    }

    @Test
    void streams() {
        RecordingSink text = streamed("vertex/tools-streaming-2.json");
        assertThat(joined(text, "/choices/0/delta/content")).contains("15°C with a wind speed");
        assertThat(chunk(text, 0).at("/usage/prompt_tokens").asInt()).isEqualTo(170);
        RecordingSink call = streamed("vertex/tools-streaming.json");
        assertThat(joined(call, "/choices/0/delta/tool_calls/0/function/arguments"))
                .isEqualTo("{\"latitude\":\"52.5200\",\"longitude\":\"13.4050\"}");
        assertThat(joined(call, "/choices/0/delta/tool_calls/0/extra_content/google/thought_signature"))
                .startsWith("CiwB");
        assertThat(chunk(call, 1).at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(chunk(call, 0).at("/usage/completion_tokens").asInt()).isEqualTo(17 + 43);
    }

    @Test
    void errors() {
        assertThat(classified("vertex/missing-model-404.json").outcome()).isEqualTo(Outcome.MODEL_GONE);
        assertThat(classified("vertex/invalid-temperature-400.json").outcome()).isEqualTo(Outcome.CALLER_FAULT);
        Failure limited = classified("gemini/rate-limited-429.json");
        assertThat(limited.outcome()).isEqualTo(Outcome.RATE_LIMITED);
        assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(48));
    }
}
