package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.loom.gateway.config.yaml.Problem;
import dev.loom.gateway.testing.ProviderPages;
import dev.loom.gateway.testing.ProviderPages.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every block of configuration on the pages about providers loads without a warning, and editors accept it. */
@NullUnmarked
class ProviderDocsTest {

    @TempDir
    Path directory;

    static List<Block> blocks() throws IOException {
        return ProviderPages.blocks();
    }

    @Test
    void there_are_some() throws IOException {
        assertThat(blocks())
                .extracting(Block::page)
                .contains("requests.md", "anthropic.md", "vertex.md", "gemini.md", "compatible.md")
                .contains("quick-start/openai.md", "quick-start/ollama.md");
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void it_loads(Block block) throws Exception {
        Path key = Files.writeString(directory.resolve("key.json"), "{}");
        String yaml = block.yaml().replace("/etc/gcp/key.json", key.toString());
        Path file = Files.writeString(directory.resolve("docs.yaml"), yaml);

        LoadedConfig loaded = new ConfigLoader(name -> "some-" + name).load(List.of(file.toString()));

        assertThat(loaded.warnings().stream().map(Problem::message))
                .as("a single provider has nobody to fail over to")
                .allMatch(message -> message.contains("fail"));
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                        .getSchema(SchemaKeysTest.schema())
                        .validate(new ObjectMapper().valueToTree(tree)))
                .isEmpty();
    }
}
