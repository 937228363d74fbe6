package dev.loom.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.yaml.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever stands in the file, it is a configuration, or there is a list of what is wrong with it. */
class FuzzConfigurationTest {

    @Test
    void files() throws IOException {
        Path file = Files.createDirectories(Path.of("target", "fuzz")).resolve("ai-gateway.yaml");
        ConfigLoader loader = new ConfigLoader(Map.of("KEY", "sk-1", "PORT", "5")::get);
        assertThat(Fuzzing.escapes("configuration", Corpus.of("configuration"), input -> {
                    Files.write(file, input);
                    try {
                        assertThat(loader.load(List.of(file.toString())).config())
                                .isNotNull();
                    } catch (ConfigException e) {
                        assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem.toString())
                                .contains("ai-gateway.yaml"));
                    }
                }))
                .isEmpty();
    }
}
