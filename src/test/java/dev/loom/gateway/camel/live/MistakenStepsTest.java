package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that a user has written with a mistake: told when the file is saved, and where that cannot be, in one line. */
@NullUnmarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MistakenStepsTest {

    private static final String HOOKS = "routes/hooks.camel.yaml";
    private static final String EXTRA = "routes/extra.camel.yaml";

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
        Processor silent = exchange -> {
            throw new IllegalStateException();
        };
        edited.gateway().camel().getRegistry().bind("testSilent", silent);
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
    @ValueSource(
            strings = {
                "validate: {simple: '${body} != null'}",
                "idempotentConsumer: {simple: '${body}', idempotentRepository: '#class:org.apache.camel.support.processor"
                        + ".idempotent.MemoryIdempotentRepository', steps: [{log: {message: once}}]}"
            })
    void a_save_without_a_mistake_is_one_line_of_the_log(String step) {
        try (CapturedLog log = new CapturedLog()) {
            edited.save(HOOKS, with("loom-on-request", step));
            await().until(() -> log.messages().stream().anyMatch(line -> line.contains("hooks.camel.yaml was saved")));
            assertThat(log.messages()).anyMatch(line -> line.endsWith("hooks.camel.yaml was saved and is in use"));
            assertThat(log.events())
                    .filteredOn(event -> event.getLoggerName().startsWith("org.apache.camel"))
                    .noneMatch(event -> event.getLevel().isMoreSpecificThan(Level.WARN));
        }
    }

    @Test
    void a_bean_of_a_file_cannot_take_the_name_of_one_of_the_gateways_own() {
        String bean = "- beans:\n    - name: loomReply\n      type: java.util.HashMap\n";
        assertThat(edited.saveAndWait(EXTRA, bean))
                .contains("line 2: the bean 'loomReply'", "belong to the gateway", "give yours another name");
        edited.delete(EXTRA);
        String serve = edited.read("routes/serve.camel.yaml");
        assertThat(edited.saveAndWait("routes/serve.camel.yaml", serve + "\n")).isEmpty();
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
            setBody: {jq: {expression: ".a"}}                         ~ there is no language 'jq' in the jar; docs/routes.md lists
            unmarshal: {csv: {}}                                      ~ there is no data format 'csv' in the jar; docs/routes.md lists
            unmarshal: {jaxb: {}}                                     ~ required property 'contextPath' not found
            setBody: {method: {ref: "nosuchBean"}}                    ~ there is no bean 'nosuchBean'; define it below beans:
            process: {ref: "loomPlaner"}                              ~ there is no bean 'loomPlaner'; did you mean loomPlanner?
            bean: {ref: "loomEdti", method: "remove(${body}, 'a')"}   ~ there is no bean 'loomEdti'; did you mean loomEdit?
            setBody: {simple: "${bean:loomEdti?method=remove}"}       ~ there is no bean 'loomEdti'; did you mean loomEdit?
            bean: {beanType: "no.such.Class", method: "run"}          ~ there is no class 'no.such.Class'; correct its name
            setBody: {method: {beanType: "no.such.Class", method: "run"}} ~ there is no class 'no.such.Class'; correct its name
            bean: {ref: "loomEdit", method: "rdact(${body}, 'a', 'b')"} ~ the bean has no method 'rdact'; did you mean redact?
            bean: {ref: "loomEdit", method: "set(${headr.x}, 'a', 1)"} ~ Unknown function: headr.x
            bean: {ref: "loomEdit", method: "redact(${body}, '[a', 'b')"} ~ Unclosed character class
            removeHeaders: {pattern: "*-secret"}                      ~ Dangling meta character
            filter: {simple: "${body} regex '[a'", steps: [{stop: {}}]} ~ Unclosed character class
            filter: {simple: "${header.a} == 1 && ${body} regex '[a'", steps: [{stop: {}}]} ~ Unclosed character class
            filter: {simple: "${body} is 'no.such.Class'", steps: [{stop: {}}]} ~ cannot find class with name: no.such.Class
            filter: {simple: "${body} range 'many'", steps: [{stop: {}}]} ~ range operator is not valid
            filter: {simple: "${body} == 'a' and ${body} == 'b'", steps: [{stop: {}}]} ~ write && in the place of 'and'
            filter: {simple: "${body} == 'a' OR ${body} == 'b'", steps: [{stop: {}}]} ~ write || in the place of 'OR'
            validate: {simple: "${body} == 1 or ${body} == 2"}        ~ write || in the place of 'or'
            setBody: {jsonpath: {expression: "$.a[?(@.b"}}            ~ the step setBody
            filter: {jsonpath: {expression: "$.a[?(@.b"}, steps: [{stop: {}}]} ~ the step filter
            setBody: {simple: "a ${jsonpath($..a[?(@.b)} b"}          ~ the step setBody
            filter: {simple: null, steps: [{stop: {}}]}               ~ 'simple' must be string or number or boolean or object, and is null
            to: direct:nowhere                                        ~ no route begins with direct:nowhere; add a route that does
            toD: direct:nowhere                                       ~ no route begins with direct:nowhere; add a route that does
            wireTap: {uri: "direct:nowhere"}                          ~ no route begins with direct:nowhere; add a route that does
            recipientList: {constant: "mock:a,nosuch:b"}              ~ there is no component 'nosuch'
            recipientList: {constant: "direct:nowhere"}               ~ no route begins with direct:nowhere
            routingSlip: {constant: "mock:a,nosuch:b"}                ~ there is no component 'nosuch'
            dynamicRouter: {constant: "nosuch:b"}                     ~ there is no component 'nosuch'
            enrich: {constant: "nosuch:b"}                            ~ there is no component 'nosuch'
            pollEnrich: {simple: "nosuch:b"}                          ~ there is no component 'nosuch'
            wireTap: {uri: "nosuch:b"}                                ~ there is no component 'nosuch'
            doTry: {steps: [{stop: {}}], doCatch: [{exception: [java.lang.Excepton], steps: [{stop: {}}]}]} ~ there is no class of exceptions 'java.lang.Excepton'
            enrich: {constant: "direct:nowhere"}                      ~ no route begins with direct:nowhere; add a route that does
            to: kamelet:llm-chat-acton?model=gpt-4                    ~ there is no Kamelet 'llm-chat-acton'; did you mean llm-chat-action?
            kamelet: {name: llm-chat-acton}                           ~ there is no Kamelet 'llm-chat-acton'; did you mean llm-chat-action?
            to: {uri: "https:example.org", parameters: {bridgeEndpont: true}} ~ has no option 'bridgeEndpont'; did you mean bridgeEndpoint?
            """)
    void a_mistake_that_can_be_seen_is_told_when_the_file_is_saved(String step, String reason) {
        String file = with("loom-on-request", step);
        List<String> told = edited.saveAndWait(HOOKS, file).lines().toList();
        assertThat(told).as("refused").hasSize(2);
        assertThat(told.get(0))
                .contains("hooks.camel.yaml: line " + line(file, step) + ": ", reason)
                .doesNotContain("\\n", "sk-secret")
                .doesNotContainPattern("@[0-9a-f]{4,}");
        assertThat(told.get(1)).endsWith("cannot be used; the routes before stay in use");
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_template_of_ones_own_may_name_its_parameters_in_a_constant() {
        String template =
                """
                - routeTemplate:
                    id: mine
                    parameters: [{name: word}, {name: other, defaultValue: two}]
                    from:
                      uri: direct:{{word}}
                      steps:
                        - setBody: {constant: "{{word}} {{other}}"}
                - templatedRoute: {routeTemplateRef: mine, routeId: mine-one, parameters: [{name: word, value: one}]}
                """;
        assertThat(edited.saveAndWait(EXTRA, template)).isEmpty();
        assertThat(edited.gateway().camel().createProducerTemplate().requestBody("direct:one", "", String.class))
                .isEqualTo("one two");
        assertThat(edited.saveAndWait(EXTRA, template.replace("{{other}}\"", "{{another}}\"")))
                .contains("line 7: the step setBody of the route 'mine-one': Property with key [another] not found");
        edited.delete(EXTRA);
    }

    @Test
    void a_bean_whose_script_is_wrong_is_told_with_its_line() {
        String bean = "- beans:\n  - name: mine\n    type: java.lang.Object\n    scriptLanguage: simple\n    script: "
                + "\"${headr.x}\"\n";
        assertThat(edited.saveAndWait(EXTRA, bean)).contains("line 2: the bean 'mine': ", "Unknown function: headr.x");
        edited.delete(EXTRA);
    }

    @Test
    void a_tab_is_told_once() {
        assertThat(edited.saveAndWait(EXTRA, "- route:\n    id: x\n\tfrom:\n      uri: direct:x\n"))
                .containsOnlyOnce("TAB)' that")
                .contains("line 3")
                .doesNotContain("Source:");
        edited.delete(EXTRA);
    }

    @Test
    void a_hook_with_a_misspelt_address_would_never_run() {
        String file = with("loom-on-request", "stop: {}").replace("direct:loom-on-request", "direct:loom-on-requst");
        assertThat(edited.saveAndWait(HOOKS, file))
                .contains(
                        "hooks.camel.yaml: line " + line(file, "loom-on-requst"),
                        "nobody calls direct:loom-on-requst; did you mean loom-on-request?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            id: extra, from: {uri: 'platform-http:/v1/chat/completions', | platform-http:/v1/chat/completions is where the route 'loom-chat-completions' of
            id: extra, from: {uri: 'loom-admin:/ai/usage?httpMethodRestrict=DELETE', | loom-admin:/ai/usage is where the route 'loom-admin-usage-forget' of
            id: extra, from: {uri: 'direct:loom-dispatch', | direct:loom-dispatch is where the route 'loom-dispatch' of
            id: loom-dispatch, from: {uri: 'direct:extra', | the id 'loom-dispatch' is taken by the route 'loom-dispatch' of
            id: loom-plan, from: {uri: 'direct:extra', | the id 'loom-plan' is taken by the route 'loom-dispatch' of
            """)
    void what_a_route_of_another_file_has_is_not_taken_over(String route, String reason) {
        String told = edited.saveAndWait(EXTRA, "- route: {" + route + " steps: [{log: extra}]}}\n");
        assertThat(told.lines().findFirst().orElseThrow())
                .contains("extra.camel.yaml: ", reason)
                .containsPattern("/routes/[a-z]+\\.camel\\.yaml");
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/extra", "/v1/chat/completions?httpMethodRestrict=GET"})
    void another_path_or_method_is_free(String path) {
        String extra = "- route: {id: extra, from: {uri: 'platform-http:" + path + "', steps: [{log: extra}]}}\n";
        assertThat(edited.saveAndWait(EXTRA, extra)).isEmpty();
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    @Test
    void one_file_does_not_have_an_address_or_an_id_twice() {
        String route = "- route: {id: %s, from: {uri: '%s', steps: [{log: extra}]}}\n";
        assertThat(edited.saveAndWait(
                        EXTRA, route.formatted("a", "direct:extra") + route.formatted("b", "direct:extra")))
                .contains("direct:extra is where the route 'a' of this file begins already");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            route: {id: a, from: {uri: 'direct:a', steps: [{log: x}]}} | route: {id: a, from: {uri: 'direct:b', steps: [{log: x}]}} | the id 'a' is taken by a route or step in line 1 of this file; give one of them another id
            route: {id: a, from: {uri: 'direct:a', steps: [{log: {id: b, message: x}}]}} | route: {id: b, from: {uri: 'direct:b', steps: [{log: x}]}} | the id 'b' is taken by a route or step in line 1
            routeConfiguration: {id: a, intercept: [{intercept: {steps: [{log: x}]}}]} | routeConfiguration: {id: a, errorHandler: {noErrorHandler: {}}} | the id 'a' is taken by a route configuration in line 1
            routeTemplate: {id: a, from: {uri: 'direct:a', steps: [{log: x}]}} | routeTemplate: {id: a, from: {uri: 'direct:b', steps: [{log: x}]}} | the id 'a' is taken by a route template in line 1
            beans: [{name: a, type: java.util.HashMap}] | beans: [{name: a, type: java.util.ArrayList}] | the name 'a' is taken by a bean in line 1
            """)
    void a_name_that_a_file_gives_twice_is_told_with_both_lines(String one, String other, String told) {
        assertThat(edited.saveAndWait(EXTRA, "- " + one + "\n\n- " + other + "\n")
                        .lines())
                .hasSize(2)
                .first()
                .asString()
                .contains("extra.camel.yaml: line 3: " + told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "route: {from"})
    void a_template_does_not_have_an_id_twice_and_another_one_may_have_it(String beginning) {
        String end = "}".repeat(beginning.length() - beginning.replace("{", "").length());
        String template =
                "- routeTemplate: {id: %s, " + beginning + ": {uri: 'direct:%s', steps: [{log: {id: b, message:"
                        + " x}},\n  {log: {id: %s, message: x}}]}" + end + "}\n";
        assertThat(edited.saveAndWait(EXTRA, template.formatted("one", "one", "b")))
                .contains("extra.camel.yaml: line 2: the id 'b' is taken by a route or step in line 1 of this file");
        String both = template.formatted("one", "one", "c") + template.formatted("two", "two", "c");
        assertThat(edited.saveAndWait(EXTRA, both)).isEmpty();
        edited.delete(EXTRA);
    }

    @Test
    void a_bean_of_another_file_keeps_its_name() {
        String bean = "- beans: [{name: mine, type: java.util.%s}]\n";
        assertThat(edited.saveAndWait(EXTRA, bean.formatted("HashMap"))).isEmpty();
        assertThat(edited.saveAndWait("routes/other.camel.yaml", "\n" + bean.formatted("ArrayList")))
                .contains("other.camel.yaml: line 2: the name 'mine' is taken by a bean of ", "extra.camel.yaml; give");
        assertThat(edited.saveAndWait(EXTRA, bean.formatted("TreeMap"))).isEmpty();
        assertThat(edited.gateway().camel().getRegistry().lookupByName("mine")).isInstanceOf(TreeMap.class);
        edited.delete("routes/other.camel.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: 'direct:nowhere'", "to: {uri: 'direct:nowhere'}"})
    void a_rest_service_calls_somebody_who_is_there(String call) {
        assertThat(edited.saveAndWait(EXTRA, "- rest: {path: /x, get: [{path: /y, " + call + "}]}\n"))
                .contains("extra.camel.yaml: line 1", "no route begins with direct:nowhere");
    }

    @Test
    void a_beginning_that_another_file_calls_is_not_taken_away() {
        String serve = edited.read("routes/serve.camel.yaml");
        assertThat(edited.saveAndWait(
                        "routes/serve.camel.yaml", serve.replace("uri: direct:loom-serve", "uri: direct:elsewhere")))
                .contains(
                        "no route would begin with direct:loom-serve any more, and the route '",
                        " calls it; leave it there");
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(edited.saveAndWait("routes/serve.camel.yaml", serve)).isEmpty();
    }

    @Test
    void a_call_that_may_find_nobody_is_allowed() {
        String file = with("loom-on-request", "to: direct:nowhere?failIfNoConsumers=false&block=false");
        assertThat(edited.saveAndWait(HOOKS, file)).isEmpty();
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
        assertThat(edited.saveAndWait(HOOKS, shipped)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"routes/my.own.camel.yaml, my-own.camel.yaml", "kamelets/my.own.kamelet.yaml, my-own.kamelet.yaml"})
    void a_dot_in_the_name_of_a_file_is_told_with_the_name_to_take(String file, String better) {
        assertThat(edited.saveAndWait(file, "- route: {id: mine, from: {uri: 'direct:mine', steps: [{log: mine}]}}\n"))
                .contains("Camel takes no dot before ", "rename the file to " + better);
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
    void an_exception_that_says_nothing_is_told_with_the_place_where_it_was_thrown() {
        assertThat(edited.saveAndWait(HOOKS, with("loom-on-request", "process:\n            ref: testSilent")))
                .isEmpty();
        try (CapturedLog log = new CapturedLog()) {
            edited.gateway().chat(chat("gpt-4", false));
            await().until(() -> !told(log).isEmpty());
            assertThat(log.text())
                    .contains(" of the route 'loom-on-request': IllegalStateException at "
                            + getClass().getName() + ".");
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
