package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import java.util.List;

/** What holds of every stream that a decoder makes, whatever the provider sends. */
public final class StreamRules {

    private StreamRules() {}

    /** As OpenAI's own client gathers it, each chunk by its strict checker. */
    public static ChatCompletion accumulated(List<String> chunks) throws Exception {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        for (String chunk : chunks) {
            accumulator.accumulate(ObjectMappers.jsonMapper()
                    .readValue(chunk, ChatCompletionChunk.class)
                    .validate());
        }
        return accumulator.chatCompletion();
    }

    /** @param asked whether the client wants usage at all */
    public static void usageStandsLastAndAlone(List<String> chunks, boolean asked) {
        for (int i = 0; i < chunks.size(); i++) {
            JsonNode chunk = Json.lenient(chunks.get(i).getBytes(UTF_8));
            boolean last = i == chunks.size() - 1;
            assertThat(chunk.has("usage")).isEqualTo(chunk.path("choices").isEmpty());
            assertThat(!chunk.has("usage") || (last && asked)).isTrue();
        }
    }

    /** Positions at which a stream of so many bytes is cut into reads. */
    public static int[] cuts(int length, List<Integer> positions) {
        return positions.stream()
                .mapToInt(position -> Math.min(position, length))
                .sorted()
                .toArray();
    }

    public static void areTheSame(RecordingSink split, RecordingSink whole) {
        assertThat(split.chunks).isEqualTo(whole.chunks);
        assertThat(split.content).isEqualTo(whole.content);
        assertThat(split.done).isEqualTo(whole.done);
        assertThat(split.failure).isEqualTo(whole.failure);
    }
}
