package dev.loom.gateway.cookbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.Recipe;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe of {@code docs/cookbook.md}, saved while one gateway runs, tried as the page says, and taken back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CookbookTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String SIMULATORS =
            """
            providers:
              - name: sim-a
                type: simulator
                models: [gpt-4, gpt-4o-mini]
                simulator: {latency: 1ms, tokens_per_second: 100000}
              - name: sim-b
                type: simulator
                models: [gpt-4, gpt-4o-mini]
                simulator: {latency: 1ms, tokens_per_second: 100000}
            """;

    private final JdbcDataSource usage = new JdbcDataSource();
    private Path directory;
    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        edited = EditableGateway.start(directory, SIMULATORS);
        usage.setUrl("jdbc:h2:mem:usage;DB_CLOSE_DELAY=-1");
        try (Connection connection = usage.getConnection()) {
            connection
                    .createStatement()
                    .execute(
                            "create table requests (id varchar(128), client varchar(64), model varchar(64), status int)");
        }
        edited.gateway().camel().getRegistry().bind("usage", usage);
    }

    @AfterAll
    void stop() {
        edited.close();
    }

    /** A broker is a process of its own; {@code KafkaRecipeIT} starts one. */
    static List<Recipe> recipes() {
        return Recipe.all().stream()
                .filter(recipe -> !recipe.needs().equals("a broker"))
                .toList();
    }

    @Test
    void there_are_at_least_fifteen() {
        assertThat(Recipe.all()).hasSizeGreaterThanOrEqualTo(15);
    }

    /** Without the line of its package, which is the reader's. */
    @Test
    void the_page_quotes_the_whole_test_of_a_recipe_and_the_test_has_the_recipe() throws IOException {
        String page = Files.readString(Path.of("docs/cookbook.md"));
        String test = Files.readString(Path.of("src/test/java/dev/loom/gateway/cookbook/ModerationHookTest.java"));
        assertThat(page).contains("```java\n" + test.substring(test.indexOf("import")) + "```\n");
        String hooks = Files.readString(Path.of("src/test/resources/cookbook/hooks.camel.yaml"));
        assertThat(page).contains("```yaml\n# routes/hooks.camel.yaml\n" + hooks + "```\n");
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void a_recipe_does_what_the_page_says_and_can_be_taken_back(Recipe recipe) throws Exception {
        Map<String, String> before = new HashMap<>();
        try (CapturedLog log = new CapturedLog()) {
            for (Map.Entry<String, String> edit : recipe.edits().entrySet()) {
                String file = edit.getKey().replaceAll(",.*", "");
                Path path = directory.resolve(file);
                String text = Files.exists(path) ? Files.readString(path) : null;
                before.put(file, text);
                edited.save(file, Recipe.edited(edit.getKey(), text, here(edit.getValue())));
            }
            await().atMost(SOON).untilAsserted(() -> before.keySet()
                    .forEach(file -> assertThat(inUse(log, file)).as(file).isTrue()));
        }
        try (CapturedLog log = new CapturedLog()) {
            check(recipe, log);
        }
        takeBack(before);
    }

    /** The gateway of the test works in a directory of its own, and on a port of its own. */
    private String here(String edit) {
        return edit.replace("file:data", "file:" + directory + "/data")
                .replace("localhost:8080", "127.0.0.1:" + edited.gateway().port());
    }

    private static boolean inUse(CapturedLog log, String file) {
        assertThat(log.text()).doesNotContain("cannot be used");
        return log.text().contains(file + " was saved and is in use")
                || (file.equals("ai-gateway.yaml") && log.text().contains("The configuration was read again"));
    }

    private void check(Recipe recipe, CapturedLog log) throws Exception {
        String said = recipe.run(directory, this::here);
        for (String line : recipe.answer()) {
            if (line.startsWith("log: ")) {
                assertThat(log.text()).contains(line.substring("log: ".length()));
            } else {
                assertThat(said.toLowerCase(Locale.ROOT)).contains(line.toLowerCase(Locale.ROOT));
            }
        }
        if (recipe.needs().equals("a data source")) {
            await().atMost(SOON).until(() -> rows("row-1") == 1);
        }
    }

    private int rows(String id) throws Exception {
        try (Connection connection = usage.getConnection();
                ResultSet found = connection
                        .createStatement()
                        .executeQuery("select count(*) from requests where id = '" + id + "'")) {
            found.next();
            return found.getInt(1);
        }
    }

    private void takeBack(Map<String, String> before) throws IOException {
        try (CapturedLog log = new CapturedLog()) {
            for (Map.Entry<String, String> file : before.entrySet()) {
                if (file.getValue() == null) {
                    Files.delete(directory.resolve(file.getKey()));
                } else {
                    edited.save(file.getKey(), file.getValue());
                }
            }
            await().atMost(SOON)
                    .untilAsserted(() -> before.forEach((file, text) -> assertThat(text == null || inUse(log, file))
                            .as(file)
                            .isTrue()));
        }
        var answer = edited.gateway().chat(TestGateway.chat("gpt-4", false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("You asked gpt-4");
    }
}
