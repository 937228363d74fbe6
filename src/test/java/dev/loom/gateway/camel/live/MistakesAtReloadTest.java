package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is saved with a mistake: the log has one line for each, the same as at the start, and nothing else changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MistakesAtReloadTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Set, but to nothing. */
    private static final String EMPTY = "LOOM_TEST_EMPTY";

    private static final String HEADING =
            "The configuration was saved, but cannot be used; the one before stays in force";

    private static final String PROVIDER =
            """
            ai_gateway:
              providers:
                - name: p
                  type: openai
                  models: [gpt-4]
                  api_key: %s
            """;

    private Path directory;
    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        System.setProperty(EMPTY, "");
        edited = EditableGateway.start(
                directory,
                "providers: [{name: sim, type: simulator, models: [gpt-4], simulator: {latency: 1ms,"
                        + " tokens_per_second: 100000}}]");
    }

    @AfterAll
    void stop() {
        edited.close();
        System.clearProperty(EMPTY);
    }

    @Test
    void a_file_that_is_taken_away_is_told_once_and_what_it_said_stays_in_force() {
        String before = edited.read("ai-gateway.yaml");
        String gone = directory.resolve("ai-gateway.yaml")
                + " is gone; what was read from it stays in force until a start, which needs it: put it back";
        try (CapturedLog log = new CapturedLog()) {
            edited.delete("ai-gateway.yaml");
            await().atMost(SOON).until(() -> log.messages().contains(gone));
            assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            edited.save("ai-gateway.yaml", before);
            await().atMost(SOON)
                    .until(() -> log.messages().contains("The configuration was read again; nothing has changed"));
            assertThat(log.messages()).filteredOn(gone::equals).hasSize(1);
        }
    }

    /** A {@code ^} is a line break, a {@code >} a tab, a {@code ~} a space that is none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {{env:X}}                       | :6:16  ai_gateway.providers[0].api_key  {{...}} is no variable here; write ${NAME} for one of the environment
            ${LOOM_TEST_NOT_SET}            | :6:16  ai_gateway.providers[0].api_key  the variable LOOM_TEST_NOT_SET is not set; set it before the start: export LOOM_TEST_NOT_SET=..., or switch the provider off with enabled: false
            ${LOOM_TEST_EMPTY}              | :6:16  ai_gateway.providers[0].api_key  is required for type openai; any text will do for a local server; the variable LOOM_TEST_EMPTY is empty: give it a value
            k^      base_url: https://h/v1/chat/completions | :7:17  ai_gateway.providers[0].base_url  ends in /chat/completions, which the gateway adds itself; leave it out
            k^      weight: "3"             | :7:15  ai_gateway.providers[0].weight  must be a whole number from 0 to 1000000, not "3"; remove the quotes
            k^     weight: 3                | :7:6  this line is indented by 5 spaces, but no line above it is; indent it like the other lines of its list or map
            k^>    weight: 3                | :7:1  a tab; indent by spaces
            k^    ~ weight: 3               | :7:5  this character looks like a space, but is another one; retype the spaces at the beginning of this line
            k^      project: [${A:-b}]      | :7:18  a variable inside [ ] or { } needs quotes: "${NAME}"
            k^    - {name: a b, type: simulator} | :7:14  ai_gateway.providers[1].name  must be made of letters, digits, - and _, not "a b"; write "a-b"
            k^    - {name: p, type: simulator} | :7:14  ai_gateway.providers[1].name  duplicate provider name "p"; the first is in line 3; give each a name of its own
            k^      timeouts: {idle: 1h30m} | :7:24  ai_gateway.providers[0].timeouts.idle  must be a duration such as 500ms, 30s, 5m, 1h or 7d, not "1h30m"; write one number and one unit: 90m
            """)
    void a_mistake_in_a_provider(String key, String line) {
        saved(PROVIDER.formatted(key).replace('^', '\n'), line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            routing: {circuit_breaker: {timeout: 1s}} | :7:13  ai_gateway.routing.circuit_breaker  unknown key; it belongs under failover: ai_gateway.routing.failover.circuit_breaker
            routing: {strategy: fastest}     | :7:23  ai_gateway.routing.strategy  must be one of priority, round_robin, weighted, cost, latency, model, bean:<name>, not "fastest"
            routing: {strategy: round-robin} | :7:23  ai_gateway.routing.strategy  must be one of priority, round_robin, weighted, cost, latency, model, bean:<name>, not "round-robin"; did you mean round_robin?
            model_mapping: {a: {q: b}}       | :7:23  ai_gateway.model_mapping.a.q  there is no provider "q"; did you mean p? defined: p
            server: {port: 8081}             | :7:12  ai_gateway.server.port  unknown key; set CAMEL_SERVER_PORT, or camel.server.port in application.properties
            server: {max_body: 1MB}^  server: {max_body: 2MB} | :8:3  ai_gateway.server  duplicate key; the first is in line 7; keep one of them
            """)
    void a_mistake_beside_the_providers(String text, String line) {
        saved(PROVIDER.formatted("k") + "  " + text.replace('^', '\n') + "\n", line);
    }

    @Test
    void several_mistakes_have_a_line_each() {
        String yaml = PROVIDER.formatted("k") + "  server: {port: 1, max_bdy: 1MB}\n  admin: {port: 2}\n";
        assertThat(logged(yaml)).hasSize(4).startsWith(HEADING).containsExactlyElementsOf(headed(atStart(yaml)));
    }

    @ParameterizedTest
    @CsvSource({"$KEY", "os.environ/KEY", "'\"{{env:KEY}}\"'"})
    void another_tools_variable_is_warned_of_in_one_line(String key) {
        try (CapturedLog log = new CapturedLog()) {
            edited.save("ai-gateway.yaml", PROVIDER.formatted(key));
            await().atMost(SOON).until(() -> log.text().contains("The configuration was read again"));
            assertThat(lines(log, Level.WARN))
                    .filteredOn(line -> line.contains("api_key"))
                    .containsExactly(
                            directory + "/ai-gateway.yaml:6:16  ai_gateway.providers[0].api_key  this looks like"
                                    + " a variable of the environment, but is used as it stands; write ${NAME}");
        }
        edited.configure("providers: [{name: sim, type: simulator, models: [gpt-4]}]");
        await().atMost(SOON)
                .until(() -> edited.gateway().chat(chat("gpt-4", false)).statusCode() == 200);
    }

    @Test
    void warnings_are_told_beside_mistakes() {
        try (CapturedLog log = new CapturedLog()) {
            edited.save("ai-gateway.yaml", PROVIDER.formatted("$KEY") + "  server: {port: 1}\n");
            await().atMost(SOON).until(() -> lines(log, Level.ERROR).size() >= 2);
            assertThat(lines(log, Level.WARN))
                    .containsExactly(
                            directory + "/ai-gateway.yaml:6:16  ai_gateway.providers[0].api_key  this looks like"
                                    + " a variable of the environment, but is used as it stands; write ${NAME}");
        }
    }

    private void saved(String written, String line) {
        String yaml = written.replace('>', '\t').replace('~', '\u00a0');
        List<String> expected = List.of(HEADING, directory + "/ai-gateway.yaml" + line);
        assertThat(logged(yaml)).isEqualTo(expected).isEqualTo(headed(atStart(yaml)));
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    private static List<String> headed(List<String> problems) {
        return Stream.concat(Stream.of(HEADING), problems.stream()).toList();
    }

    private List<String> logged(String yaml) {
        try (CapturedLog log = new CapturedLog()) {
            edited.save("ai-gateway.yaml", yaml);
            int lines = 1 + atStart(yaml).size();
            await().atMost(SOON).until(() -> lines(log, Level.ERROR).size() >= lines);
            return lines(log, Level.ERROR);
        }
    }

    private static List<String> lines(CapturedLog log, Level level) {
        return log.events().stream()
                .filter(event -> event.getLevel() == level)
                .filter(event -> event.getLoggerName().startsWith("dev.loom.gateway.camel.live"))
                .map(event -> event.getMessage().getFormattedMessage())
                .toList();
    }

    /** What a start, and {@code --validate}, print. */
    private List<String> atStart(String yaml) {
        edited.save("same.yaml", yaml);
        try {
            ConfigLoader.ofEnvironment()
                    .load(List.of(directory.resolve("same.yaml").toString()));
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream()
                    .map(problem -> problem.toString().replace("same.yaml", "ai-gateway.yaml"))
                    .toList();
        }
    }
}
