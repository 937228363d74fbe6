package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quick starts have the same commands, of which {@code PagesIT} runs one page's, and a variable that their file reads. */
class QuickStartsTest {

    private static final String OPENAI = "docs/providers/quick-start/openai.md";

    static List<String> pages() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("docs/providers/quick-start/"))) {
            return pages.map(Path::toString).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void it_starts_as_the_others_do(String page) throws IOException {
        List<String> commands =
                CommandBlock.named(page, "start").script().lines().toList();
        assertThat(commands.stream().filter(line -> !line.startsWith("export ")))
                .containsExactlyElementsOf(CommandBlock.named(OPENAI, "start")
                        .script()
                        .lines()
                        .skip(1)
                        .toList());
        String text = Files.readString(Path.of(page));
        assertThat(commands.stream().filter(line -> line.startsWith("export ")))
                .allSatisfy(line -> assertThat(text).contains("${" + line.replaceAll("export |=.*", "") + "}"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void its_request_is_the_others_for_a_model_of_its_own(String page) throws IOException {
        String request = CommandBlock.named(page, "request").script();
        String model = request.replaceAll("(?s).*\"model\": \"(.*?)\".*", "$1");
        assertThat(request)
                .isEqualTo(CommandBlock.named(OPENAI, "request").script().replace("gpt-4o-mini", model));
        String yaml = Files.readString(Path.of(page)).replaceAll("(?s).*```yaml\n(.*?)```.*", "$1");
        assertThat(yaml).contains(model);
    }
}
