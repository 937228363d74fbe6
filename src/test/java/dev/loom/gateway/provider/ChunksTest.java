package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunksTest {

    private final Chunks chunks = new Chunks("msg_1", 1_700_000_000, "claude");

    @Test
    void a_delta_carries_the_envelope_and_no_finish_reason() {
        assertThat(text(chunks.delta(1, Chunks.text("Hi"))))
                .isEqualTo("{\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                        + "\"model\":\"claude\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"Hi\"},"
                        + "\"logprobs\":null,\"finish_reason\":null}]}");
    }

    @Test
    void the_last_chunk_of_a_choice_has_an_empty_delta() {
        assertThat(text(chunks.finish(0, "stop", end -> {})))
                .endsWith("\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}");
    }

    @Test
    void usage_comes_with_empty_choices() {
        assertThat(text(chunks.usage(new UsageDetails(10, 5, 4, 3, 2))))
                .endsWith("\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":3,\"audio_tokens\":0},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":2,\"audio_tokens\":0,"
                        + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}");
    }

    @Test
    void only_the_first_delta_of_a_tool_call_names_it() {
        assertThat(Chunks.toolCall(1, "call_1", "f", ""))
                .hasToString("{\"tool_calls\":[{\"index\":1,\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}");
        assertThat(Chunks.arguments(1, "{}"))
                .hasToString("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
