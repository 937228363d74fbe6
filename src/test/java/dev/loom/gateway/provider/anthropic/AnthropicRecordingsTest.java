package dev.loom.gateway.provider.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.RecordingSink;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TestTargets;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Recorded interactions with the real API, read from the folder that {@code -Dloom.recordings} names. */
class AnthropicRecordingsTest {

    private static final Map<Integer, Outcome> OUTCOMES = Map.of(400, Outcome.CALLER_FAULT, 401, Outcome.CREDENTIAL);

    private final Anthropic dialect = new Anthropic();
    private final Target target = Claude.target(Claude.SONNET_4);

    @Test
    void recorded_answers_are_understood() throws Exception {
        String folder = System.getProperty("loom.recordings");
        assumeTrue(folder != null, "Skipped: name the folder of the recordings with -Dloom.recordings=...");
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(folder, "anthropic"))) {
            files = all.filter(file -> file.toString().endsWith(".json")).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            replay(Json.MAPPER.readTree(file.toFile()));
        }
    }

    private void replay(JsonNode recording) throws UnreadableAnswer {
        JsonNode response = recording.path("response");
        byte[] body = response.path("body").asText().getBytes(UTF_8);
        int status = response.path("status").asInt();
        if (status != 200) {
            classify(status, response.path("headers"), body);
        } else if (recording.at("/request/body/stream").asBoolean()) {
            stream(body);
        } else {
            decode(body);
        }
    }

    private void classify(int status, JsonNode recorded, byte[] body) {
        Headers headers = name -> recorded.path(name).textValue();
        Failure failure = dialect.classify(status, headers, body, TestTargets.RECEIVED);
        assertThat(failure.outcome()).isEqualTo(OUTCOMES.get(status));
        assertThat(failure.error().message())
                .isEqualTo(Json.lenient(body).at("/error/message").asText());
        assertThat(failure.requestId()).isEqualTo(recorded.path("request-id").asText());
    }

    private void decode(byte[] body) throws UnreadableAnswer {
        JsonNode sent = Json.lenient(body);
        Completion completion = dialect.decode(body, TestTargets.plain(), target);
        JsonNode message = Json.lenient(completion.body()).at("/choices/0/message");
        StringBuilder text = new StringBuilder();
        int calls = 0;
        for (JsonNode block : sent.path("content")) {
            text.append(block.path("text").asText(""));
            calls += block.path("type").asText().equals("tool_use") ? 1 : 0;
        }
        assertThat(message.path("content").asText("")).contains(text);
        assertThat(message.path("tool_calls")).hasSize(calls);
        assertThat(completion.usage())
                .extracting(Usage::output)
                .isEqualTo(sent.at("/usage/output_tokens").asLong());
    }

    /** Joined by kind and block, what was sent is what is relayed. */
    private void stream(byte[] body) {
        ChunkDecoder decoder = dialect.stream(TestTargets.streaming(true), target);
        RecordingSink sink = RecordingSink.of(decoder, body);
        assertThat(sink.done).isTrue();
        Map<String, String> sent = new TreeMap<>();
        new String(body, UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Json.lenient(line.substring(6).getBytes(UTF_8)))
                .forEach(event -> {
                    JsonNode delta = event.path("delta");
                    add(sent, "text", delta.path("text"));
                    add(sent, "thinking", delta.path("thinking"));
                    add(sent, "input", delta.path("partial_json"));
                    add(sent, "name", event.path("content_block").path("name"));
                    add(sent, "id", event.path("content_block").path("id"));
                });
        assertThat(relayed(sink)).isEqualTo(sent);
        assertThat(decoder.usage()).isNotNull();
        assertThat(sink.chunks.get(sink.chunks.size() - 1)).contains("\"usage\"");
    }

    private static Map<String, String> relayed(RecordingSink sink) {
        Map<String, String> relayed = new TreeMap<>();
        for (String chunk : sink.chunks) {
            JsonNode delta = Json.lenient(chunk.getBytes(UTF_8)).at("/choices/0/delta");
            JsonNode call = delta.path("tool_calls").path(0);
            add(relayed, "text", delta.path("content"));
            add(relayed, "thinking", delta.path("reasoning_content"));
            add(relayed, "input", call.path("function").path("arguments"));
            add(relayed, "name", call.path("function").path("name"));
            add(relayed, "id", call.path("id"));
        }
        return relayed;
    }

    private static void add(Map<String, String> parts, String kind, JsonNode text) {
        if (!text.asText("").isEmpty()) {
            parts.merge(kind, text.asText(), String::concat);
        }
    }
}
