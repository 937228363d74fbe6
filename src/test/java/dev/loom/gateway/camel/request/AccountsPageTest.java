package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/accounts.md, as they stand there. */
class AccountsPageTest {

    private static List<String> blocks(String language) throws IOException {
        String page = Files.readString(Path.of("docs/accounts.md"));
        return Pattern.compile("```" + language + "\n(.*?) *```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void the_shortest_start_counts_and_its_commands_show_it() throws Exception {
        String yaml = blocks("yaml").get(0).replace("ai_gateway:\n", "").replaceAll("(?m)^  ", "");
        try (TestGateway gateway = TestGateway.start(yaml)) {
            run(gateway, "ask-and-look");
            Awaitility.await()
                    .until(() -> gateway.admin("/ai/usage?key=team-a")
                                    .at("/usage/requests")
                                    .asInt()
                            == 1);

            assertThat(run(gateway, "ask-and-look"))
                    .contains("\"key\":\"team-a\"")
                    .contains("\"cost_remaining\":99.9");
            String shown = run(gateway, "operators");
            assertThat(shown)
                    .contains("\"accounts\":[{\"key\":\"team-a\"")
                    .contains("\"step_seconds\":3600,\"series\":[{\"time\":")
                    .contains("\"team-a\",\"sim\",\"gpt-4\",")
                    .contains("\"deleted\":true");
        }
    }

    private static String run(TestGateway gateway, String name) throws Exception {
        return CommandBlock.named("docs/accounts.md", name)
                .run(Path.of("."), script -> script.replace("http://localhost:8080", gateway.url())
                        .replace("http://localhost:9091", gateway.adminUrl()));
    }

    @Test
    void every_piece_of_configuration_loads(@TempDir Path directory) throws Exception {
        List<String> pieces = blocks("yaml");
        for (String piece : pieces.subList(1, pieces.size())) {
            Path base = Files.writeString(directory.resolve("base.yaml"), pieces.get(0));
            String whole = piece.startsWith("ai_gateway:") ? piece : "ai_gateway:\n" + piece;
            Path over = Files.writeString(directory.resolve("over.yaml"), whole);

            assertThat(new ConfigLoader(name -> "x".repeat(32))
                            .load(List.of(base.toString(), over.toString()))
                            .config()
                            .tokenAccounting()
                            .enabled())
                    .as(piece)
                    .isTrue();
        }
    }

    @Test
    void every_key_stands_in_an_example() throws Exception {
        JsonNode keys = Json.lenient(Files.readAllBytes(Path.of("src/main/resources/schema/ai-gateway.schema.json")))
                .at("/properties/ai_gateway/properties");
        Set<String> names = new TreeSet<>();
        collect(keys.path("token_accounting"), names);
        collect(keys.path("limits"), names);
        String examples = String.join("\n", blocks("yaml"));

        assertThat(names).hasSizeGreaterThan(45).allSatisfy(name -> assertThat(examples)
                .containsPattern("\\b" + name + ":"));
    }

    private static void collect(JsonNode schema, Set<String> names) {
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        schema.forEach(part -> collect(part, names));
    }

    @Test
    void every_header_of_the_table_is_sent() throws Exception {
        String page = Files.readString(Path.of("docs/accounts.md"));
        List<String> headers = Pattern.compile("`(X-(?:Tokens|Cost|Rate)[A-Za-z-]+)`")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        String yaml = blocks("yaml").get(0).replace("ai_gateway:\n", "").replaceAll("(?m)^  ", "")
                + "  response_headers: {enabled: true}\n";
        try (TestGateway gateway = TestGateway.start(yaml)) {
            var answer = gateway.chat(TestGateway.chat("gpt-4", false), "Authorization", "Bearer key-of-team-a");

            assertThat(headers).hasSize(7).allSatisfy(name -> assertThat(
                            answer.headers().firstValue(name))
                    .as(name)
                    .isPresent());
        }
    }
}
