package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.migration.LiteLlm;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway with an imported configuration of LiteLLM's sends requests where LiteLLM would. */
class ImportedRoutingTest {

    /** As the file stands below {@code ai_gateway:}, with keys and addresses in the place of variables. */
    private static String imported(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LiteLlm.run(Path.of("src/test/resources/litellm", name), new PrintStream(out), new PrintStream(out));
        String text = out.toString(StandardCharsets.UTF_8);
        String yaml = text.substring(text.indexOf("ai_gateway:\n") + 12, text.indexOf("src/test/resources"));
        return yaml.indent(-2)
                .replace("type: vertex\n", "type: vertex\n    api_key: some-key\n")
                .replaceAll("\\$\\{\\w+_BASE}", "https://azure.example.com")
                .replaceAll("\\$\\{\\w+}", "some-key");
    }

    private static JsonNode explain(TestGateway gateway, String model) {
        return Json.lenient(gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/route/explain"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(TestGateway.chat(model, false))))
                .body()
                .getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> order(JsonNode explained) {
        List<String> order = new ArrayList<>();
        explained.path("order").forEach(provider -> order.add(provider.asText()));
        return order;
    }

    @Test
    void a_group_goes_to_its_own_provider_first_and_then_to_its_fallbacks() {
        try (TestGateway gateway = TestGateway.start(imported("fallbacks.yaml"))) {
            JsonNode smart = explain(gateway, "smart");
            assertThat(order(smart)).containsExactly("openai", "anthropic", "gemini");
            assertThat(smart.at("/first/model").asText()).isEqualTo("gpt-4o");
            assertThat(order(explain(gateway, "careful"))).containsExactly("anthropic", "openai");
            assertThat(smart.at("/fallback/provider").asText()).isEqualTo("groq");
        }
    }

    @Test
    void an_alias_of_an_azure_deployment_is_asked_by_the_deployments_name() {
        try (TestGateway gateway = TestGateway.start(imported("several-providers.yaml"))) {
            JsonNode alias = explain(gateway, "gpt-4");
            assertThat(order(alias)).containsExactlyInAnyOrder("azure", "openai");
            JsonNode azure = alias.at("/providers/0");
            assertThat(azure.path("name").asText()).isEqualTo("azure");
            assertThat(azure.path("model").asText()).isEqualTo("prod-large");
        }
    }
}
