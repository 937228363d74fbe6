package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import org.apache.camel.Processor;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that a user has written with a mistake: told when the file is saved, and where that cannot be, in one line. */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MistakenStepsTest {

    private static final String HOOKS = "routes/hooks.camel.yaml";

    /** What the recipes of the cookbook leave out. */
    private static final String NO_HANDLER = "    errorHandler:\n      noErrorHandler: {}\n";

    private String shipped;
    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path directory) {
        edited = EditableGateway.start(
                directory,
                "providers: [{name: sim, type: simulator, models: [gpt-4], simulator: {latency: 1ms,"
                        + " tokens_per_second: 100000}}]");
        Processor failing = exchange -> {
            throw new IllegalStateException("it has\nfailed");
        };
        edited.gateway().camel().getRegistry().bind("testFailing", failing);
        shipped = edited.read(HOOKS);
    }

    @AfterAll
    void stop() {
        edited.close();
    }

    /** The file with a step in the place of the example of a route. */
    private String with(String route, String step) {
        return shipped.replaceFirst(
                "        - log:\n            id: " + route + "-example\n.*\n.*\n",
                Matcher.quoteReplacement("        - " + step + "\n"));
    }

    private int line(String file, String text) {
        return 1
                + file.lines()
                        .toList()
                        .indexOf(file.lines()
                                .filter(line -> line.contains(text))
                                .findFirst()
                                .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '#',
            textBlock =
                    """
            setBody: {simple: "${headr.x}"}                           ~ Unknown function: headr.x
            setBody: {simple: "${header.${headr.x}}"}                 ~ Unknown function: headr.x
            setBody: {simple: "a ${body} ${headr.x} b"}               ~ Unknown function: headr.x
            setBody: {simple: "${body"}                               ~ expected symbol functionEnd
            setBody: {simple: "${exchangeProprety.loomModel}"}        ~ Proprety
            to: direct:loom-dispach                                   ~ no route begins with direct:loom-dispach; did you mean loom-dispatch?
            setBdoy: {simple: "x"}                                    ~ unknown key 'setBdoy'; did you mean setBody?
            to: {uri: "file:x", parameters: {fileNam: "sk-secret"}}   ~ the component 'file' has no option 'fileNam'; did you mean fileName?
            to: {uri: "file:x?fileNam=a"}                             ~ the component 'file' has no option 'fileNam'; did you mean fileName?
            to: {uri: "kamelet:llm-chat-action", parameters: {modle: gpt-4}} ~ the Kamelet llm-chat-action has no parameter 'modle'; did you mean model?
            kamelet: {name: llm-chat-action, parameters: {modle: gpt-4}} ~ the Kamelet llm-chat-action has no parameter 'modle'; did you mean model?
            toD: {uri: "kamelet:llm-chat-action?model=gpt-4&inputs=prompt"} ~ the Kamelet llm-chat-action has no parameter 'inputs'; did you mean input?
            setHeader: {name: a, simple: "${headr.x}"}                ~ Unknown function: headr.x
            setProperty: {name: a, simple: "${headr.x}"}              ~ Unknown function: headr.x
            setVariable: {name: a, simple: "${headr.x}"}              ~ Unknown function: headr.x
            log: {message: "asked ${headr.x}"}                        ~ Unknown function: headr.x
            log: {message: "asked ${header.${headr.x}}"}              ~ Unknown function: headr.x
            filter: {simple: "${headr.x} == 1", steps: [{stop: {}}]}  ~ Unknown function: headr.x
            filter: {simple: "${body} === 1", steps: [{stop: {}}]}    ~ Unexpected token =
            filter: {simple: "'${headr.x}' == 1", steps: [{stop: {}}]} ~ Unknown function: headr.x
            choice: {when: [{simple: "${headr.x}", steps: [{stop: {}}]}]} ~ Unknown function: headr.x
            toD: {uri: "mock:${headr.x}"}                             ~ Unknown function: headr.x
            throwException: {exceptionType: "java.lang.IllegalStateException", message: "${headr.x}"} ~ Unknown function: headr.x
            setBody: {language: {language: "nosuch", expression: "x"}} ~ nosuch
            setBody: {jq: {expression: ".a"}}                         ~ No language could be found for: jq
            setBody: {method: {ref: "nosuchBean"}}                    ~ nosuchBean
            process: {ref: "nosuchBean"}                              ~ nosuchBean
            bean: {ref: "nosuchBean"}                                 ~ nosuchBean
            """)
    void a_mistake_that_can_be_seen_is_told_when_the_file_is_saved(String step, String reason) {
        String file = with("loom-on-request", step);
        List<String> told = edited.saveAndWait(HOOKS, file).lines().toList();
        assertThat(told).as("refused").hasSize(2);
        assertThat(told.get(0))
                .contains("hooks.camel.yaml: line " + line(file, step) + ": ", reason)
                .doesNotContain("\\n", "sk-secret");
        assertThat(told.get(1)).endsWith("cannot be used; the routes before stay in use");
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_hook_with_a_misspelt_address_would_never_run() {
        String file = with("loom-on-request", "stop: {}").replace("direct:loom-on-request", "direct:loom-on-requst");
        assertThat(edited.saveAndWait(HOOKS, file))
                .contains(
                        "hooks.camel.yaml: line " + line(file, "loom-on-requst"),
                        "nobody calls direct:loom-on-requst; did you mean loom-on-request?");
    }

    @Test
    void an_address_of_ones_own_may_look_like_ours() {
        String file = with("loom-on-request", "to: direct:loom-on-requests")
                + """

                - route:
                    id: mine
                    from:
                      uri: direct:loom-on-requests
                      steps:
                        - log: mine
                """;
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "loom-on-request, true",
        "loom-on-answer, true",
        "loom-on-finished, true",
        "loom-on-request, false",
        "loom-on-answer, false",
        "loom-on-finished, false"
    })
    void a_step_that_fails_is_one_line_of_the_log(String route, boolean asShipped) {
        String whole = with(route, "process:\n            ref: testFailing");
        String file = asShipped ? whole : whole.replace(NO_HANDLER, "");
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            edited.gateway().chat(chat("gpt-4", false));
            await().until(() -> !told(log).isEmpty());
            assertThat(told(log)).singleElement().satisfies(event -> {
                assertThat(event.getThrown()).isNull();
                assertThat(event.getMessage().getFormattedMessage())
                        .contains(
                                " of the route '" + route + "'",
                                "hooks.camel.yaml:" + (line(file, "testFailing") - 1),
                                ": it has failed; correct the step and save its file")
                        .doesNotContain("\n");
            });
        }
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    @Test
    void a_question_that_fails_is_told_as_the_step_that_asks_it() {
        String file = with(
                "loom-on-request",
                "to: {uri: \"kamelet:llm-chat-action\", parameters: {model: nobody-serves-this, input: prompt}}");
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            edited.gateway().chat(chat("gpt-4", false));
            await().until(() -> !told(log).isEmpty());
            assertThat(log.text())
                    .containsPattern(
                            "the step 'to\\d+' \\(to\\) in hooks.camel.yaml:\\d+ of the route 'loom-on-request'")
                    .doesNotContain("llm-chat-action.kamelet.yaml");
        }
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    @Test
    void a_request_that_a_hook_refuses_is_no_line_of_an_error() {
        String file = with(
                        "loom-on-request",
                        "throttle: {constant: 1, timePeriodMillis: 60000, rejectExecution: true,"
                                + " correlationExpression: {constant: one}}")
                .replace(NO_HANDLER, "");
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(429);
            assertThat(told(log)).isEmpty();
        }
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    @Test
    void what_a_hook_handles_itself_is_handled() {
        String file =
                "- onException:\n    exception: [java.lang.IllegalStateException]\n    handled: {constant: \"true\"}\n"
                        + "    steps:\n      - setBody: {constant: mended}\n"
                        + "      - setHeader: {name: CamelHttpResponseCode, constant: \"418\"}\n"
                        + with("loom-on-request", "process:\n            ref: testFailing")
                                .replace(NO_HANDLER, "");
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(418);
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    private static List<LogEvent> told(CapturedLog log) {
        return log.events().stream()
                .filter(event -> event.getLevel().isMoreSpecificThan(Level.WARN))
                .toList();
    }

    @Test
    void a_file_that_is_whole_again_is_in_use() {
        assertThat(edited.saveAndWait(HOOKS, with("loom-on-request", "setBody: {simple: \"${headr.x}\"}")))
                .isNotEmpty();
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }
}
