package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The budgets of docs/teams.md as they stand there; a second file only leads them to a provider on this machine. */
class TeamsPageTest {

    private static final String PAGE = "docs/teams.md";

    private static final Map<String, String> ENVIRONMENT =
            Map.of("OPENAI_API_KEY", "k", "KEY_ENGINEERING", "e", "KEY_SUPPORT", "s", "ADMIN_TOKEN", "t");

    /** What each answer of this provider costs: 60 dollars and a quarter of a cent. */
    private final FakeProvider openai = new FakeProvider(call -> call.json(
            200,
            FakeProvider.Call.completionBody("dear")
                    .replaceFirst(
                            "\"usage\":.*",
                            "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":6000000,"
                                    + "\"total_tokens\":6001000}}")));

    @TempDir
    Path directory;

    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        ENVIRONMENT.forEach(System::setProperty);
        Path budgets = Files.writeString(directory.resolve("budgets.yaml"), block("yaml", 1));
        Path here = Files.writeString(
                directory.resolve("here.yaml"),
                "ai_gateway:\n  providers: [{name: openai, base_url: '" + openai.url() + "'}]\n"
                        + "  token_accounting: {file: {path: '" + directory.resolve("usage") + "'}}\n");
        gateway = TestGateway.start("", Map.of("loom.config", budgets + "," + here));
    }

    @AfterEach
    void stop() {
        gateway.close();
        openai.close();
        ENVIRONMENT.keySet().forEach(System::clearProperty);
    }

    private static String block(String language, int number) throws IOException {
        return Files.readString(Path.of(PAGE))
                .split("```" + language + "\n")[number + 1]
                .replaceFirst("(?s)```.*", "");
    }

    private String run(String name, String... instead) throws Exception {
        String exports = "export KEY_ENGINEERING=e KEY_SUPPORT=s ADMIN_TOKEN=t\n";
        return CommandBlock.named(PAGE, name)
                .run(
                        directory,
                        script -> exports
                                + (instead.length == 0 ? script : script.replace(instead[0], instead[1]))
                                        .replace("http://localhost:8080", gateway.url())
                                        .replace("http://localhost:9091", gateway.adminUrl()));
    }

    private JsonNode spent(String team) throws Exception {
        JsonNode accounts =
                Json.lenient(run("who-spent").getBytes(StandardCharsets.UTF_8)).path("accounts");
        return StreamSupport.stream(accounts.spliterator(), false)
                .filter(account -> account.path("key").asText().equals(team))
                .findFirst()
                .orElse(Json.object());
    }

    @Test
    void a_team_that_has_spent_its_budget_is_refused_and_the_other_is_served() throws Exception {
        assertThat(run("support-asks")).startsWith("HTTP/1.1 200 ");
        Awaitility.await().until(() -> spent("support").has("usage"));

        assertThat(run("support-asks"))
                .startsWith("HTTP/1.1 429 ")
                .containsPattern("(?i)Retry-After: \\d+")
                .contains("budget_exceeded", "'support'", "'monthly'", "$50.00");
        assertThat(run("support-asks", "$KEY_SUPPORT", "$KEY_ENGINEERING")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void the_lead_reads_what_the_page_shows() throws Exception {
        run("support-asks");
        Awaitility.await().until(() -> spent("support").has("usage"));

        String shown = block("json", 0).replaceAll("\\s", "");
        assertThat(spent("support").toString().replaceAll("\"reset_seconds\":\\d+", "\"reset_seconds\":1209600"))
                .isEqualTo(shown);
    }
}
