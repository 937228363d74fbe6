package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The clients that people use in Java, unchanged, against the running gateway. */
class JavaClientsTest {

    private static final ClientTable TABLE = new ClientTable();

    private static ClientsProvider gateway;

    @BeforeAll
    static void start() {
        gateway = new ClientsProvider();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        TABLE.assertTold();
    }

    @Test
    void openai_java() {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(ClientsProvider.KEY)
                .build();
        assertThat(said(client, "gpt-4")).isEqualTo("hello");
        try (var stream = client.responses().createStreaming(ask("gpt-4"))) {
            String text = stream.stream()
                    .flatMap(event -> event.outputTextDelta().stream())
                    .map(delta -> delta.delta())
                    .reduce("", String::concat);
            assertThat(text).isEqualTo("hello");
        }
        assertThat(client.embeddings()
                        .create(EmbeddingCreateParams.builder()
                                .model("gpt-4")
                                .input("hi")
                                .build())
                        .data()
                        .get(0)
                        .embedding())
                .containsExactly(0.5f, -0.25f);
        assertThatThrownBy(() -> said(client, "none")).isInstanceOf(NotFoundException.class);
        assertThat(said(client, "limited")).isEqualTo("hello");
        TABLE.works("openai-java, responses", "chat", "stream", "embeddings", "error", "429, then an answer");
    }

    private static ResponseCreateParams ask(String model) {
        return ResponseCreateParams.builder().model(model).input("hi").build();
    }

    private static String said(OpenAIClient client, String model) {
        return client.responses().create(ask(model)).output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .map(content -> content.asOutputText().text())
                .reduce("", String::concat);
    }

    @Test
    void anthropic_java() {
        AnthropicClient client = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .apiKey(ClientsProvider.KEY)
                .build();
        assertThat(said(client, "gpt-4")).isEqualTo("hello");
        try (var stream = client.messages().createStreaming(message("gpt-4"))) {
            String text = stream.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(delta -> delta.delta().text().stream())
                    .map(delta -> delta.text())
                    .reduce("", String::concat);
            assertThat(text).isEqualTo("hello");
        }
        assertThatThrownBy(() -> said(client, "none")).isInstanceOf(com.anthropic.errors.NotFoundException.class);
        assertThat(said(client, "limited")).isEqualTo("hello");
        TABLE.works("anthropic-java", "chat", "stream", "error", "429, then an answer");
    }

    private static MessageCreateParams message(String model) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(9)
                .addUserMessage("hi")
                .build();
    }

    private static String said(AnthropicClient client, String model) {
        Message message = client.messages().create(message(model));
        return message.content().get(0).asText().text();
    }

    @Test
    void langchain4j() {
        ChatModel openAi = OpenAiChatModel.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(ClientsProvider.KEY)
                .modelName("gpt-4")
                .build();
        ChatModel anthropic = AnthropicChatModel.builder()
                .baseUrl(gateway.url() + "/v1/")
                .apiKey(ClientsProvider.KEY)
                .modelName("gpt-4")
                .build();
        for (ChatModel model : List.of(openAi, anthropic)) {
            assertThat(model.chat("hi")).isEqualTo("hello");
            callsATool(model);
        }
        assertThat(OpenAiEmbeddingModel.builder()
                        .baseUrl(gateway.url() + "/v1")
                        .apiKey(ClientsProvider.KEY)
                        .modelName("gpt-4")
                        .build()
                        .embed("hi")
                        .content()
                        .vector())
                .containsExactly(0.5f, -0.25f);
        TABLE.works("langchain4j, OpenAI", "chat", "tools", "embeddings");
        TABLE.works("langchain4j, Anthropic", "chat", "tools");
    }

    private static void callsATool(ChatModel model) {
        ToolSpecification weather = ToolSpecification.builder()
                .name("weather")
                .description("The weather")
                .parameters(JsonObjectSchema.builder().addStringProperty("city").build())
                .build();
        List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from("weather?")));
        ChatResponse turn = chat(model, messages, weather);
        ToolExecutionRequest call = turn.aiMessage().toolExecutionRequests().get(0);
        assertThat(call.arguments()).contains("Rome");
        messages.add(turn.aiMessage());
        messages.add(ToolExecutionResultMessage.from(call, "fine"));
        assertThat(chat(model, messages, weather).aiMessage().text()).isEqualTo("hello");
    }

    private static ChatResponse chat(ChatModel model, List<ChatMessage> messages, ToolSpecification tool) {
        return model.chat(ChatRequest.builder()
                .messages(messages)
                .toolSpecifications(tool)
                .build());
    }
}
