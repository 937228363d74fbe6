package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.loom.gateway.testing.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The gateway as OpenAI's own Java SDK sees it, with only its base URL changed and its strictest checks on. */
class OpenAiJavaTest {

    private static TestGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(
                """
                providers:
                  - name: sim
                    type: simulator
                    models: [gpt-4]
                    simulator: {latency: 0ms, tokens_per_second: 10000}
                """);
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static ChatCompletionCreateParams.Builder ask(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello");
    }

    @Test
    void a_plain_answer_validates() {
        ChatCompletion completion =
                client.chat().completions().create(ask("gpt-4").build());
        completion.validate();
        assertThat(completion.choices().get(0).message().content())
                .hasValueSatisfying(text -> assertThat(text).contains("simulated answer", "hello"));
        assertThat(completion.usage()).isPresent();
    }

    @Test
    void a_stream_passes_through_its_accumulator() {
        assertThat(accumulate(ask("gpt-4").build()).choices().get(0).message().content())
                .hasValueSatisfying(text -> assertThat(text).contains("simulated answer", "hello"));
    }

    @Test
    void a_stream_with_usage_passes_through_its_accumulator() {
        ChatCompletionCreateParams params = ask("gpt-4")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        assertThat(accumulate(params).usage()).hasValueSatisfying(usage -> assertThat(usage.completionTokens())
                .isPositive());
    }

    private static ChatCompletion accumulate(ChatCompletionCreateParams params) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().peek(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
        }
        return accumulator.chatCompletion();
    }

    @Test
    void an_unknown_model_is_its_not_found_exception() {
        assertThatThrownBy(() ->
                        client.chat().completions().create(ask("no-such-model").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no-such-model");
    }

    @Test
    void a_bad_request_is_its_bad_request_exception() {
        ChatCompletionCreateParams empty = ChatCompletionCreateParams.builder()
                .model("gpt-4")
                .messages(java.util.List.of())
                .build();
        assertThatThrownBy(() -> client.chat().completions().create(empty))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.param()).hasValue("messages"));
    }

    @Test
    void the_models_can_be_listed() {
        assertThat(client.models().list().data())
                .extracting(model -> model.id())
                .containsExactly("gpt-4");
        assertThat(client.models().retrieve("gpt-4").id()).isEqualTo("gpt-4");
    }
}
