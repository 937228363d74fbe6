package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands in the first comment of each flow in docs/examples: one starts it, and another may ask it. */
class ExamplesIT {

    private static final Pattern COMMANDS = Pattern.compile("(?m)(?:^#   .*\\n)+");

    @TempDir
    Path directory;

    @AfterEach
    void tidy() throws IOException {
        Checkout.unlink(directory);
    }

    static List<Path> flows() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs/examples"))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> commands(Path flow) throws IOException {
        return COMMANDS.matcher(Files.readString(flow))
                .results()
                .map(MatchResult::group)
                .map(lines -> lines.replaceAll("(?m)^#   ", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("flows")
    void they_work(Path flow) throws Exception {
        Checkout checkout = Checkout.in(directory);
        Neighbours.copy(Path.of("docs/examples"), directory.resolve("docs/examples"));
        try (FakeProvider anthropic = new FakeProvider(
                call -> call.json(200, new AnthropicVoice().answer(Said.text("from Claude", "stop"))))) {
            String here = "export ANTHROPIC_API_KEY=key-of-anthropic LOOM_EXAMPLE_ANTHROPIC=http://127.0.0.1:"
                    + anthropic.port() + "\n";
            List<String> commands = commands(flow);
            try (GatewayProcess started =
                    checkout.launch(here + commands.get(0)).awaitReady()) {
                for (String request : commands.subList(1, commands.size())) {
                    String asked = request.replace("localhost:8080", "127.0.0.1:" + started.port());
                    assertThat(CommandBlock.shell(directory, asked)).containsPattern("chat\\.completion|rate_limit");
                }
            }
            assertThat(anthropic.requests()).allSatisfy(request -> assertThat(request.headers())
                    .containsEntry("x-api-key", "key-of-anthropic"));
            assertThat(anthropic.requests()).hasSize(flow.toString().contains("06-") ? 1 : 0);
        }
    }
}
