package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.OpenAiVoice;
import dev.loom.gateway.testing.ProviderPages;
import dev.loom.gateway.testing.ProviderPages.Block;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.Voice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every block of configuration on the pages about providers serves each of its models, whole and streamed. */
class DocumentedProvidersTest {

    static List<Block> blocks() throws IOException {
        return ProviderPages.blocks();
    }

    /** By the path, which is that of the provider's API. */
    private static void serve(Call call) throws IOException {
        String path = call.request().path();
        Voice voice = path.contains("rawPredict") || path.contains("RawPredict") || path.endsWith("/messages")
                ? new AnthropicVoice()
                : path.contains("enerateContent") ? new GeminiVoice(false) : new OpenAiVoice();
        boolean stream = path.contains("stream") || call.request().body().contains("\"stream\":true");
        if (stream) {
            call.startStream();
            for (String event : voice.events(Said.text("well said", "stop"))) {
                call.write(event);
            }
            call.endStream();
        } else {
            call.json(200, voice.answer(Said.text("well said", "stop")));
        }
    }

    /** The same configuration with our server in the place of the provider's host. */
    private static ObjectNode ours(Block block, int port) {
        String yaml = block.yaml().replaceAll("\\$\\{\\w+}", "some-key");
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        ObjectNode config = (ObjectNode) Json.MAPPER.valueToTree(tree).get("ai_gateway");
        for (JsonNode provider : config.path("providers")) {
            ObjectNode changed = (ObjectNode) provider;
            String path =
                    URI.create(provider.path("base_url").asText("http://x")).getPath();
            changed.put("base_url", "http://127.0.0.1:" + port + path);
            if (changed.remove("credentials_file") != null) {
                changed.put("api_key", "in-the-place-of-a-token");
            }
        }
        return config;
    }

    private static List<String> chatModels(ObjectNode config) {
        List<String> models = new ArrayList<>();
        for (JsonNode provider : config.path("providers")) {
            provider.path("deployments").fieldNames().forEachRemaining(models::add);
            for (JsonNode model : provider.path("models")) {
                String name = (model.isObject() ? model.path("name") : model).asText();
                if (!name.contains("embed")) {
                    models.add(name.replace("*", "1"));
                }
            }
        }
        return models.isEmpty() ? List.of("any") : models;
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void it_serves_its_models(Block block) throws Exception {
        try (FakeProvider upstream = new FakeProvider(DocumentedProvidersTest::serve)) {
            ObjectNode config = ours(block, upstream.port());
            try (TestGateway gateway = TestGateway.start(config.toString())) {
                for (String model : chatModels(config)) {
                    HttpResponse<String> whole = gateway.chat(TestGateway.chat(model, false));
                    assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
                    assertThat(whole.body()).contains("well said");
                    assertThat(gateway.chat(TestGateway.chat(model, true)).body())
                            .contains("well said", "[DONE]");
                }
                if (block.page().startsWith("quick-start/")) {
                    assertThat(CommandBlock.named("docs/providers/" + block.page(), "request")
                                    .run(
                                            Path.of("."),
                                            script -> script.replace("http://localhost:8080", gateway.url())))
                            .contains("well said");
                }
            }
        }
    }
}
