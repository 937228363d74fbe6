package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation's complete example as it stands; a second file only leads it to providers on this machine. */
class CompleteExampleTest {

    private static final String EXAMPLE = "file:src/test/resources/config/examples/complete-example.yaml";
    private static final String ANTHROPIC_ANSWER = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
            + "\"model\":\"claude-3-opus-20240229\",\"content\":[{\"type\":\"text\",\"text\":\"from anthropic\"}],"
            + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}";

    private final FakeProvider openai = new FakeProvider(answering(call -> call.completion("from openai")));
    private final FakeProvider anthropic = new FakeProvider(call -> call.json(200, ANTHROPIC_ANSWER));
    private final FakeProvider local = FakeProvider.saying("from local");
    private TestGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        System.setProperty("OPENAI_API_KEY", "openai-key");
        System.setProperty("ANTHROPIC_API_KEY", "anthropic-key");
        Path addresses = Files.writeString(
                directory.resolve("addresses.yaml"),
                """
                ai_gateway:
                  providers:
                    - {name: openai, base_url: '%s'}
                    - {name: anthropic, base_url: '%s'}
                    - {name: local, base_url: '%s'}
                """
                        .formatted(openai.url(), anthropic.url(), local.url()));
        gateway = TestGateway.start("", Map.of("loom.config", EXAMPLE + "," + addresses));
    }

    @AfterEach
    void stop() {
        gateway.close();
        Stream.of(openai, anthropic, local).forEach(FakeProvider::close);
        System.clearProperty("OPENAI_API_KEY");
        System.clearProperty("ANTHROPIC_API_KEY");
    }

    /** Health checks are answered well whatever becomes of the requests. */
    private static FakeProvider.Behaviour answering(FakeProvider.Behaviour chats) {
        return call -> {
            if (call.request().method().equals("GET")) {
                call.json(200, "{\"object\":\"list\",\"data\":[]}");
            } else {
                chats.serve(call);
            }
        };
    }

    private HttpResponse<String> ask(String model) {
        return gateway.chat(chat(model, false));
    }

    private static List<FakeProvider.Request> chats(FakeProvider provider) {
        return provider.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .toList();
    }

    @Test
    void the_first_priority_answers_under_the_mapped_name() {
        HttpResponse<String> response = ask("gpt-4");
        isFrom(response, "openai", 1);
        assertThat(header(response, "x-loom-model")).isEqualTo("gpt-4-turbo-preview");
        FakeProvider.Request sent = chats(openai).get(0);
        assertThat(sent.path()).isEqualTo("/v1/chat/completions");
        assertThat(sent.headers()).containsEntry("Authorization", "Bearer openai-key");
        assertThat(sent.body()).contains("\"model\":\"gpt-4-turbo-preview\"");
    }

    @Test
    void a_429_goes_to_the_next() {
        openai.behave(answering(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "60")));
        HttpResponse<String> response = ask("gpt-4");
        isFrom(response, "anthropic", 2);
        assertThat(header(response, "x-loom-model")).isEqualTo("claude-3-opus-20240229");
        assertThat(response.body())
                .contains(
                        "\"object\":\"chat.completion\"",
                        "\"content\":\"from anthropic\"",
                        "\"finish_reason\":\"stop\"");
        FakeProvider.Request sent = chats(anthropic).get(0);
        assertThat(sent.path()).isEqualTo("/v1/messages");
        assertThat(sent.headers()).containsEntry("x-api-key", "anthropic-key");
        isFrom(ask("gpt-4"), "anthropic", 1);
    }

    @Test
    void a_503_goes_to_the_next_and_so_on_to_the_last() {
        openai.behave(answering(call -> call.error(503, "server_error", "overloaded")));
        isFrom(ask("gpt-4"), "anthropic", 2);
        anthropic.behave(call -> call.json(503, "{}"));
        HttpResponse<String> response = ask("gpt-4");
        isFrom(response, "local", 3);
        assertThat(header(response, "x-loom-model")).isEqualTo("llama-2-70b");
        assertThat(chats(local).get(0).headers()).containsEntry("Authorization", "Bearer dummy");
    }

    @Test
    void a_400_is_relayed() {
        openai.behave(answering(call -> call.error(400, "invalid_request_error", "invalid_value")));
        assertThat(error(ask("gpt-4"), 400).path("code").asText()).isEqualTo("invalid_value");
        assertThat(anthropic.requests()).isEmpty();
        assertThat(local.requests()).isEmpty();
    }

    @Test
    void streams_fail_over_as_well() {
        openai.behave(answering(call -> call.error(503, "server_error", "overloaded")));
        anthropic.behave(call -> call.json(503, "{}"));
        HttpResponse<String> response = gateway.chat(chat("gpt-4", true));
        isFrom(response, "local", 3);
        assertThat(response.body()).contains("from local").endsWith("data: [DONE]\n\n");
    }

    @Test
    void a_model_of_one_provider_goes_there() {
        isFrom(ask("claude-3-sonnet"), "anthropic", 1);
        isFrom(ask("gpt-3.5-turbo"), "openai", 1);
        isFrom(ask("llama-2-70b"), "local", 1);
        assertThat(error(ask("gemini-pro"), 404).path("code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void its_health_checks_run() {
        Awaitility.await().until(() -> gateway.admin("/ai/providers/openai/health")
                .path("status")
                .asText()
                .equals("healthy"));
        assertThat(openai.requests().get(0).path()).isEqualTo("/v1/models");
        assertThat(anthropic.requests()).isEmpty();
    }
}
