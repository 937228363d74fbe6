package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file as a whole, or refers to something that is not there. */
@NullUnmarked
class ErrorsTest {

    private static final String TWO =
            """
            ai_gateway:
              providers:
                - {name: one, type: simulator}
                - {name: two, type: simulator}
            """;

    @TempDir
    Path directory;

    private ConfigFiles files;

    @BeforeEach
    void variables() {
        files = ConfigFiles.in(directory);
    }

    @Test
    void all_problems_are_reported_at_once_from_top_to_bottom() {
        assertThat(files
                        .errors(
                                """
                        ai_gateway:
                          providers:
                            - name: openai
                              type: openai
                              api_kee: sk-very-secret
                              weight: -1
                          routing:
                            strategy: priorty
                            fallback:
                              provider: opnai
                        """)
                        .stream()
                        .map(line -> line.replaceFirst("(allowed here: type, enabled).*", "$1, ...")))
                .containsExactly(
                        "1.yaml:3:7  ai_gateway.providers[0].api_key  is required for type openai; any text will do for a"
                                + " local server",
                        "1.yaml:5:7  ai_gateway.providers[0].api_kee  unknown key; did you mean api_key? allowed here:"
                                + " type, enabled, ...",
                        "1.yaml:6:15  ai_gateway.providers[0].weight  must be a whole number from 0 to 1000000, not"
                                + " \"-1\"",
                        "1.yaml:8:15  ai_gateway.routing.strategy  must be one of priority, round_robin, weighted, cost,"
                                + " latency, model, bean:<name>, not \"priorty\"; did you mean priority?",
                        "1.yaml:10:17  ai_gateway.routing.fallback.provider  there is no provider \"opnai\"; did you"
                                + " mean openai? defined: openai");
    }

    @Test
    void the_message_of_the_exception_is_all_problems_one_per_line() {
        assertThat(files.failure("ai_gateway: {enabled: perhaps, providers: 5}"))
                .hasMessageMatching(
                        """
                        .*/1.yaml:1:23  ai_gateway.enabled  must be true or false, not "perhaps"
                        .*/1.yaml:1:43  ai_gateway.providers  must be a list, not text; put \\[ ] around it""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ''                    | 1.yaml:1:1  this file is empty; it must hold a map with the key ai_gateway
            '# only a comment'    | 1.yaml:1:1  this file is empty; it must hold a map with the key ai_gateway
            '- a'                 | 1.yaml:1:1  this file must hold a map with the key ai_gateway, not a list
            'text'                | 1.yaml:1:1  this file must hold a map with the key ai_gateway, not text
            'x-a: 1'              | 1.yaml:1:1  ai_gateway  is required, with everything else below it
            'ai_gateway:'         | 1.yaml:1:1  ai_gateway  is required, with everything else below it
            'ai_gateway: 5'       | 1.yaml:1:13  ai_gateway  must be a map, not text; write its keys below it, each with a colon and a space, or between { }
            'ai_gateway: {a: [1'  | 1.yaml:1:19  a comma is missing here, or a bracket that closes what begins in line 1, column 17; text with a comma, colon or bracket in it needs quotes
            'ai_gateway: {a: *b}' | 1.yaml:1:17  undefined alias or tag; text that begins with * or ! needs quotes
            """)
    void a_file_without_content(String text, String problem) {
        assertThat(files.errors(text)).containsExactly(problem);
    }

    @Test
    void a_misspelt_root_key() {
        assertThat(files.errors("ai_gatway: {}"))
                .containsExactly(
                        "1.yaml:1:1  ai_gateway  is required, with everything else below it",
                        "1.yaml:1:1  ai_gatway  unknown key; did you mean ai_gateway? allowed here: ai_gateway,"
                                + " x-<anything>");
    }

    @Test
    void duplicate_keys_and_provider_names_are_judged_within_one_file() {
        assertThat(
                        files.errors(
                                """
                        ai_gateway:
                          enabled: true
                          enabled: false
                          providers:
                            - {name: one, type: simulator}
                            - {name: one, type: simulator}
                          routing:
                            providers:
                              - name: one
                              - name: one
                        """))
                .containsExactly(
                        "1.yaml:3:3  ai_gateway.enabled  duplicate key; the first is in line 2; keep one of them",
                        "1.yaml:6:14  ai_gateway.providers[1].name  duplicate provider name \"one\"; the first is in"
                                + " line 5; give each a name of its own",
                        "1.yaml:10:15  ai_gateway.routing.providers[1].name  duplicate provider name \"one\"; the first"
                                + " is in line 9; give each a name of its own");
        assertThat(files.errors(TWO, TWO)).isEmpty();
    }

    @Test
    void unknown_providers_wherever_they_are_named() {
        assertThat(
                        files.errors(
                                TWO
                                        + """
                                  routing:
                                    providers: [{name: three}, {name: one}]
                                    model_routes: {gpt-4: twoo, default: four}
                                  model_mapping:
                                    gpt-4:
                                      ones: gpt-4o
                                """))
                .containsExactly(
                        "1.yaml:6:24  ai_gateway.routing.providers[0].name  there is no provider \"three\"; defined: one,"
                                + " two",
                        "1.yaml:7:27  ai_gateway.routing.model_routes.gpt-4  there is no provider \"twoo\"; did you mean"
                                + " two? defined: one, two",
                        "1.yaml:7:42  ai_gateway.routing.model_routes.default  there is no provider \"four\"; defined:"
                                + " one, two",
                        "1.yaml:10:7  ai_gateway.model_mapping.gpt-4.ones  there is no provider \"ones\"; did you mean"
                                + " one? defined: one, two");
    }

    @Test
    void weights_that_are_all_zero() {
        String routing =
                """
                  routing:
                    strategy: weighted
                    providers: [{name: one, weight: 0}, {name: two, weight: 0}]
                """;

        assertThat(files.errors(TWO + routing))
                .containsExactly("1.yaml:7:16  ai_gateway.routing.providers  every weight is 0; give at least one"
                        + " provider a weight above 0");
        assertThat(files.errors(TWO + routing.replace("weighted", "priority")))
                .as("weight 0 drains under every strategy")
                .hasSize(1);
    }

    @Test
    void no_provider_that_is_enabled() {
        assertThat(files.errors("ai_gateway: {providers: [{name: p, type: simulator, enabled: false}]}"))
                .containsExactly("1.yaml:1:25  ai_gateway.providers  at least one enabled provider is required, unless"
                        + " ai_gateway.enabled is false");
    }

    @Test
    void credentials_are_never_quoted() {
        Path file = files.write("credentials.json", "{\"private_key\": \"very secret");

        assertThat(files.errors(TWO.replace("simulator}", "simulator, credentials_file: " + file + "}")))
                .hasSize(2)
                .allMatch(problem -> problem.endsWith("credentials.json\" holds no JSON object"));
    }

    @Test
    void problems_name_the_file_they_are_in() {
        assertThat(files.errors(TWO, "ai_gateway:\n  providers:\n    - {name: two, weight: -3}\n"))
                .containsExactly("2.yaml:3:27  ai_gateway.providers[0].weight  must be a whole number from 0 to"
                        + " 1000000, not \"-3\"");
    }

    @Test
    void aliases_that_expand_to_a_bomb() {
        StringBuilder bomb = new StringBuilder("x-0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n");
        for (int i = 1; i < 8; i++) {
            bomb.append("x-").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(10)).append("]\n");
        }
        assertThat(files.errors(bomb + TWO))
                .singleElement()
                .asString()
                .endsWith("aliases make this file too large or too deep: at most 100000 nodes, 50 levels");
    }

    @Test
    void an_alias_that_contains_itself() {
        assertThat(files.errors("x-a: &a {b: *a}\n" + TWO))
                .singleElement()
                .asString()
                .endsWith("aliases make this file too large or too deep: at most 100000 nodes, 50 levels");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!secret",
                "*secret",
                "!s!ecret",
                "@secret",
                "%secret",
                "`secret",
                "&secret",
                "\"sec\\ret",
                "{secret"
            })
    void a_secret_that_breaks_the_yaml_is_not_quoted(String secret) {
        assertThat(files.errors(TWO + "  admin: {token: " + secret + "}\n").toString())
                .doesNotContain("ecret");
        assertThat(files.errors(TWO + "  admin:\n    token: " + secret + "\n").toString())
                .doesNotContain("ecret");
    }

    @Test
    void a_tag() {
        assertThat(files.errors(TWO + "  logging: {format: !env FORMAT}\n"))
                .first()
                .isEqualTo("1.yaml:5:21  ai_gateway.logging.format  YAML tags are not supported here; put quotes"
                        + " around text that begins with !");
    }
}
