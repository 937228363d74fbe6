package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.EditableGateway;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A guard that looks for words in a request or an answer finds them, however it is written. */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardsByTextTest {

    private static final String HOOKS = "routes/hooks.camel.yaml";

    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path directory) {
        edited = EditableGateway.start(
                directory,
                "providers: [{name: sim, type: simulator, models: [gpt-4], simulator: {latency: 1ms,"
                        + " tokens_per_second: 100000}}]");
    }

    @AfterAll
    void stop() {
        edited.close();
    }

    private int statusWith(String hook, String before, String condition) {
        String other = hook.equals("loom-on-request") ? "loom-on-answer" : "loom-on-request";
        String route =
                """
                - route:
                    id: %4$s
                    from:
                      uri: direct:%4$s
                      steps:
                        - log: {message: passed by}
                - route:
                    id: %1$s
                    from:
                      uri: direct:%1$s
                      steps:
                %2$s
                        - filter:
                            simple: "%3$s"
                            steps:
                              - setBody: {constant: refused}
                              - setHeader: {name: CamelHttpResponseCode, constant: "403"}
                              - stop: {}
                """
                        .formatted(hook, before.isBlank() ? "" : "        - " + before, condition, other);
        assertThat(edited.saveAndWait(HOOKS, route)).isEmpty();
        return edited.gateway().chat(chat("gpt-4", false)).statusCode();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '#',
            textBlock =
                    """
            ${body} contains 'gpt-4'                                     = 403
            ${body} contains 'zebra'                                     = 200
            ${body} !contains 'gpt-4'                                    = 200
            ${body} !contains 'zebra'                                    = 403
            ${body} ~~ 'GPT-4'                                           = 403
            ${body} !~~ 'GPT-4'                                          = 200
            ${body}  contains  'gpt-4'                                   = 403
            ${body} contains 'zebra' || ${body} contains 'gpt-4'         = 403
            ${body} contains ${exchangeProperty.loomModel}               = 403
            ${bodyAs(String)} contains 'gpt-4'                           = 403
            ${body[model]} contains 'gpt'                                = 403
            """)
    void the_request_is_searched_as_the_text_that_it_is(String condition, int status) {
        assertThat(statusWith("loom-on-request", "", condition)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '#',
            textBlock =
                    """
            convertBodyTo: {type: "com.fasterxml.jackson.databind.JsonNode"} = 403
            convertBodyTo: {type: "java.util.Map"}                           = 403
            convertBodyTo: {type: "java.lang.String"}                        = 403
            convertBodyTo: {type: "byte[]"}                                  = 403
            """)
    void so_is_what_a_step_before_has_made_of_it(String before, int status) {
        assertThat(statusWith("loom-on-request", before, "${body} contains 'gpt-4'"))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"contains, You asked, 403", "contains, lions, 200", "!contains, lions, 403"})
    void so_is_an_answer(String operator, String words, int status) {
        assertThat(statusWith("loom-on-answer", "", "${body} " + operator + " '" + words + "'"))
                .isEqualTo(status);
    }
}
