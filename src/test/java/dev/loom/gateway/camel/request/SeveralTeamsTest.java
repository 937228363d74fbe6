package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first file of docs/teams.md does what the page says; a second file only leads it to providers on this machine. */
@NullUnmarked
class SeveralTeamsTest {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "AZURE_OPENAI_API_KEY", "k",
            "OPENAI_API_KEY", "k",
            "ANTHROPIC_API_KEY", "k",
            "KEY_SEARCH", "key-of-search",
            "KEY_SUPPORT", "key-of-support",
            "KEY_RESEARCH", "key-of-research",
            "ADMIN_TOKEN", "t");

    private final FakeProvider azure = answering();
    private final FakeProvider openai = answering();
    private final FakeProvider anthropic =
            new FakeProvider(call -> call.json(200, new AnthropicVoice().answer(Said.text("from Claude", "stop"))));
    private final FakeProvider local = answering();

    @TempDir
    Path directory;

    private TestGateway gateway;

    private static FakeProvider answering() {
        return new FakeProvider(call -> {
            if (call.request().method().equals("GET")) {
                call.json(200, "{\"object\":\"list\",\"data\":[]}");
            } else {
                call.completion("fine");
            }
        });
    }

    @BeforeEach
    void start() throws IOException {
        ENVIRONMENT.forEach(System::setProperty);
        String yaml = Files.readString(Path.of("docs/teams.md")).replaceAll("(?s)^.*?```yaml\n(.*?)```.*", "$1");
        Path teams = Files.writeString(directory.resolve("teams.yaml"), yaml);
        Path here = Files.writeString(
                directory.resolve("here.yaml"),
                """
                ai_gateway:
                  providers:
                    - {name: azure, base_url: 'http://127.0.0.1:%d'}
                    - {name: openai, base_url: '%s'}
                    - {name: anthropic, base_url: 'http://127.0.0.1:%d'}
                    - {name: local, base_url: '%s'}
                  admin: {host: 127.0.0.1}
                """
                        .formatted(azure.port(), openai.url(), anthropic.port(), local.url()));
        gateway = TestGateway.start("", Map.of("loom.config", teams + "," + here));
    }

    @AfterEach
    void stop() {
        gateway.close();
        Stream.of(azure, openai, anthropic, local).forEach(FakeProvider::close);
        ENVIRONMENT.keySet().forEach(System::clearProperty);
    }

    private HttpResponse<String> ask(String team, String model) {
        return gateway.chat(chat(model, false), "Authorization", "Bearer key-of-" + team);
    }

    private static void fail(FakeProvider provider) {
        provider.behave(call -> call.error(503, "server_error", "overloaded"));
    }

    @Test
    void smart_goes_to_azure_then_to_openai_then_to_anthropic() {
        isFrom(ask("search", "smart"), "azure", 1);
        fail(azure);
        isFrom(ask("search", "smart"), "openai", 2);
        fail(openai);
        isFrom(ask("search", "smart"), "anthropic", 3);
    }

    @Test
    void a_team_gets_and_sees_its_own_models_only() {
        assertThat(error(ask("support", "smart"), 403).path("code").asText()).isEqualTo("model_not_allowed");
        isFrom(ask("support", "fast"), "azure", 1);
        HttpResponse<String> models = Http.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/models"))
                .header("Authorization", "Bearer key-of-support"));
        assertThat(models.body()).contains("\"fast\"", "\"private\"").doesNotContain("\"smart\"");
    }

    @Test
    void private_prompts_stay_with_their_one_provider() {
        isFrom(ask("research", "private"), "local", 1);
        fail(local);
        assertThat(ask("research", "private").statusCode()).isEqualTo(503);
        assertThat(azure.requests()).isEmpty();
        assertThat(openai.requests()).isEmpty();
        assertThat(anthropic.requests()).isEmpty();
    }
}
