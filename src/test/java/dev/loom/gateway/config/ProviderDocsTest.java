package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Path PAGES = Path.of("docs/providers");

    /** @param page for the name of the test */
    record Block(String page, int number, String yaml) {
        @Override
        public String toString() {
            return page + " " + number;
        }
    }

    @TempDir
    Path directory;

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> pages = Files.list(PAGES)) {
            for (Path page : pages.sorted().toList()) {
                Matcher matcher = BLOCK.matcher(Files.readString(page));
                for (int i = 1; matcher.find(); i++) {
                    blocks.add(new Block(page.getFileName().toString(), i, matcher.group(1)));
                }
            }
        }
        return blocks;
    }

    @Test
    void there_are_some() throws IOException {
        assertThat(blocks()).extracting(Block::page).contains("requests.md", "anthropic.md", "vertex.md");
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void it_loads(Block block) throws Exception {
        Path key = Files.writeString(directory.resolve("key.json"), "{}");
        String yaml = "ai_gateway:\n"
                + block.yaml().replace("/etc/gcp/key.json", key.toString()).indent(2);
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
