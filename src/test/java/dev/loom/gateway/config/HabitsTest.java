package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people bring along from other tools, editors and web pages: the message says where it is and how to write it here. */
@NullUnmarked
class HabitsTest {

    private static final String VALID =
            """
            ai_gateway:
              providers:
                - name: p
                  type: simulator
                  models: [gpt-4]
            """;

    @TempDir
    Path directory;

    private ConfigFiles files() {
        return ConfigFiles.in(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            30           | "30"; add the unit: 30s
            '"30"'       | "30"; add the unit: 30s
            30 s         | "30 s"; write one number and one unit: 30s
            30sec        | "30sec"; write one number and one unit: 30s
            2 Minutes    | "2 Minutes"; write one number and one unit: 2m
            1h30m        | "1h30m"; write one number and one unit: 90m
            1d 1h 1s     | "1d 1h 1s"; write one number and one unit: 90001s
            1s500ms      | "1s500ms"; write one number and one unit: 1500ms
            250 millis   | "250 millis"; write one number and one unit: 250ms
            2 months     | "2 months"; write one number and one unit: 60d
            1w           | "1w"; write one number and one unit: 7d
            1 week 12h   | "1 week 12h"; write one number and one unit: 180h
            1y           | "1y"; write one number and one unit: 365d
            1M           | "1M"; write 1m for minutes, or 30d for months
            minute       | "minute"; write 1m
            Hourly       | "Hourly"; write 1h
            per day      | "per day"; write 1d
            weekly       | "weekly"; write 7d
            per_month    | "per_month"; write 30d
            yearly       | "yearly"; write 365d
            PT30S        | "PT30S"
            1.5h         | "1.5h"; write a whole number: 90m
            2.0s         | "2.0s"; write a whole number: 2s
            0.25         | "0.25"; write a whole number: 250ms
            1.2345s      | "1.2345s"
            0.5ms        | "0.5ms"
            -5s          | "-5s"
            soon         | "soon"
            """)
    void a_duration_in_another_form(String written, String problem) {
        assertThat(files().errors(VALID + "      timeouts:\n        idle: " + written + "\n"))
                .containsExactly("1.yaml:7:15  ai_gateway.providers[0].timeouts.idle  must be a duration such as 500ms,"
                        + " 30s, 5m, 1h or 7d, not " + problem);
    }

    @Test
    void a_duration_from_a_variable_is_not_shown() {
        assertThat(files().errors(VALID + "      timeouts: {idle: \"${PORT}\"}\n"))
                .singleElement()
                .asString()
                .endsWith("not \"${PORT}\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ollama       | ; its API is OpenAI's: write openai, and its address as base_url
            vLLM         | ; its API is OpenAI's: write openai, and its address as base_url
            LM Studio    | ; its API is OpenAI's: write openai, and its address as base_url
            claude       | ; write anthropic
            azure_openai | ; write azure
            google       | ; write gemini, or vertex for Vertex AI
            vertex_ai    | ; did you mean vertex?
            OpenAI       | ; did you mean openai?
            something    | ''
            """)
    void a_type_by_the_name_of_its_maker(String written, String mend) {
        assertThat(files().errors("ai_gateway: {providers: [{name: p, api_key: k, type: " + written + "}]}"))
                .singleElement()
                .asString()
                .endsWith("  ai_gateway.providers[0].type  must be one of openai, azure, anthropic, vertex, gemini,"
                        + " simulator, bean:<name>, not \"" + written + '"' + mend);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            server: {port: 8081}    | server.port  unknown key; set CAMEL_SERVER_PORT, or camel.server.port in application.properties
            server: {host: 0.0.0.0} | server.host  unknown key; set CAMEL_SERVER_HOST, or camel.server.host in application.properties
            port: 8081              | port  unknown key; set CAMEL_SERVER_PORT, or camel.server.port in application.properties
            admin: {port: 9092}     | admin.port  unknown key; set CAMEL_MANAGEMENT_PORT, or camel.management.port in application.properties
            """)
    void a_port(String line, String problem) {
        assertThat(files().errors(VALID + "  " + line + "\n"))
                .singleElement()
                .asString()
                .endsWith("  ai_gateway." + problem);
    }

    /** A {@code /} is a line break. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            providers: {p: {type: simulator}}            | 2:14  ai_gateway.providers  must be a list, not a map; begin each entry with a dash and its name, as in "- name: a"
            providers:/    name: p/    type: simulator   | 3:5  ai_gateway.providers  must be a list, not a map; begin each entry with a dash and its name, as in "- name: a"
            providers: simulator                         | 2:14  ai_gateway.providers  must be a list, not text; put [ ] around it
            providers: [p]                               | 2:15  ai_gateway.providers[0]  must be a map, not text; write - name: p
            providers: [{name: p, type: simulator, cost: [1]}] | 2:48  ai_gateway.providers[0].cost  must be a map, not a list; write its keys without dashes
            providers: [{name: p, type: simulator, weight: [1]}] | 2:50  ai_gateway.providers[0].weight  must be a single value, not a list; write one value, without brackets and dashes
            """)
    void a_list_a_map_or_a_text_in_the_place_of_another(String lines, String problem) {
        assertThat(files().errors("ai_gateway:\n  " + lines.replace('/', '\n') + "\n"))
                .containsExactly("1.yaml:" + problem);
    }

    @Test
    void a_model_that_is_mapped_to_a_model_alone_or_to_a_provider_that_does_not_exist() {
        assertThat(files().errors(VALID + "  model_mapping:\n    fast: gpt-4\n    smart: {q: gpt-4}\n"))
                .containsExactly(
                        "1.yaml:7:11  ai_gateway.model_mapping.fast  must be a map, not text; write {<provider>:"
                                + " <model>}",
                        "1.yaml:8:13  ai_gateway.model_mapping.smart.q  there is no provider \"q\"; did you mean p?"
                                + " defined: p");
    }

    @Test
    void the_same_name_for_two_providers() {
        assertThat(files().errors(VALID + "    - {name: p, type: simulator}\n"))
                .containsExactly(
                        "1.yaml:6:14  ai_gateway.providers[1].name  duplicate provider name \"p\"; the first is"
                                + " in line 3; give each a name of its own");
    }

    @Test
    void a_file_that_is_not_where_the_user_thinks() {
        assertThat(files().problems(List.of("no-such.yaml")))
                .containsExactly("no-such.yaml:1:1  this file does not exist; it was looked for at "
                        + Path.of("no-such.yaml").toAbsolutePath());
    }

    @Test
    void the_line_ends_of_windows_and_a_byte_order_mark_do_no_harm() {
        String windows = '\ufeff' + VALID.replace("\n", "\r\n");
        assertThat(files().errors(windows)).isEmpty();
        assertThat(files().errors(windows + "  server: {max_bdy: 1MB}\r\n"))
                .singleElement()
                .asString()
                .startsWith("1.yaml:6:12  ai_gateway.server.max_bdy  unknown key; did you mean max_body?");
    }

    @Test
    void a_byte_order_mark_does_not_move_a_mistake_in_the_first_line() {
        assertThat(files().errors("\ufeffai_gatway: {}"))
                .last()
                .asString()
                .startsWith("1.yaml:1:1  ai_gatway  unknown key; did you mean ai_gateway?");
    }

    @Test
    void a_file_of_an_editor_that_saves_16_bits() throws Exception {
        Path file = Files.write(directory.resolve("16.yaml"), ('\ufeff' + VALID).getBytes(StandardCharsets.UTF_16LE));
        assertThat(ConfigFiles.in(directory).problems(List.of(file.toString())))
                .containsExactly("16.yaml:1:1  this file is not UTF-8 text; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0\u00a0", "  \u00a0", "\u2003", "\u200b  "})
    void spaces_that_are_none(String indent) {
        String text = VALID.replace("  providers:", indent + "providers:");
        assertThat(files().errors(text))
                .singleElement()
                .asString()
                .matches("1\\.yaml:2:[13]  this character looks like a space, but is another one; retype the spaces at"
                        + " the beginning of this line");
    }

    @Test
    void curly_quotes() {
        assertThat(files().warnings(VALID.replace("[gpt-4]", "[\u201cgpt-4\u201d]")))
                .contains(
                        "1.yaml:5:16  ai_gateway.providers[0].models[0]  a curly quotation mark is a part of the text;"
                                + " write a straight one, \" or '");
    }
}
