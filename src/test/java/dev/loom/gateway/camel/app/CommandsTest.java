package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.testing.CapturedLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the program prints and ends with where it opens no port. */
class CommandsTest {

    private static final String TWO =
            """
            ai_gateway:
              providers:
                - {name: cloud, type: openai, api_key: sk-secret, models: [gpt-4o, gpt-4o-mini]}
                - {name: spare, type: azure, enabled: false}
            """;

    @TempDir
    Path directory;

    private record Printed(int exitCode, String out) {}

    private Printed validate(String... yaml) throws IOException {
        Path[] files = new Path[yaml.length];
        for (int i = 0; i < yaml.length; i++) {
            files[i] = Files.writeString(directory.resolve((i + 1) + ".yaml"), yaml[i]);
        }
        return validate(Arrays.stream(files).map(Path::toString).toList());
    }

    private Printed validate(List<String> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exitCode =
                Validation.run(Installation.in(directory), files, new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Printed(exitCode, out.toString(StandardCharsets.UTF_8).replace(directory + "/", ""));
    }

    @Test
    void a_valid_configuration_is_named_with_a_line_for_each_provider() throws IOException {
        Printed printed = validate(TWO, "ai_gateway: {providers: [{name: local, type: simulator}]}");
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out())
                .isEqualToNormalizingNewlines(
                        """
                        The configuration is valid: 1.yaml, 2.yaml (later files override earlier ones)
                        provider cloud: openai at https://api.openai.com/v1, models gpt-4o, gpt-4o-mini
                        provider spare: azure, not enabled
                        provider local: simulator, any model
                        """);
    }

    @Test
    void warnings_come_before_that_and_do_not_fail() throws IOException {
        Printed printed = validate(TWO + "  routing: {failover: {max_retries: 1}}\n");
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.out().lines().findFirst().orElseThrow())
                .startsWith("warning  1.yaml:")
                .endsWith("failover is enabled, but cloud is the only candidate");
    }

    @Test
    void a_gateway_that_is_not_enabled_says_so() throws IOException {
        assertThat(validate("ai_gateway: {enabled: false}").out())
                .contains("The configuration is valid: 1.yaml", "nothing will be opened");
    }

    @Test
    void a_mistake_is_printed_with_its_place() throws IOException {
        assertThat(validate(TWO.replace("azure", "azzure")))
                .satisfies(printed -> assertThat(printed.exitCode()).isEqualTo(1))
                .extracting(Printed::out)
                .asString()
                .startsWith("1.yaml:4:27  ai_gateway.providers[1].type  must be one of ");
    }

    @Test
    void warnings_are_printed_beside_mistakes() throws IOException {
        Printed printed = validate(TWO.replace("sk-secret", "$OPENAI_API_KEY").replace("azure", "azzure"));
        assertThat(printed.exitCode()).isEqualTo(1);
        assertThat(printed.out().lines())
                .satisfiesExactly(
                        warning -> assertThat(warning)
                                .startsWith("warning  1.yaml:3:")
                                .endsWith("but is used as it stands; write ${NAME}"),
                        mistake -> assertThat(mistake).startsWith("1.yaml:4:27  ai_gateway.providers[1].type  must"));
    }

    @Test
    void one_provider_alone_is_nothing_to_warn_of() throws IOException {
        assertThat(validate("ai_gateway: {providers: [{name: p, type: simulator}]}")
                        .out())
                .startsWith("The configuration is valid: 1.yaml");
    }

    @Test
    void without_a_file_the_packaged_configuration_is_checked_and_said_to_be_that() {
        assertThat(validate(List.of()).out())
                .startsWith("warning  No configuration was found")
                .contains("The configuration is valid: classpath:loom/ai-gateway.yaml", "provider sim-a: simulator");
    }

    @Test
    void a_mistake_in_an_edited_route_file_is_printed_with_its_place() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/hooks.camel.yaml"), routes.resolve("hooks.camel.yaml"));
        Files.copy(Path.of("routes/provider.camel.yaml"), routes.resolve("provider.camel.yaml"));
        assertThat(validate(TWO).exitCode()).isZero();
        Files.writeString(
                routes.resolve("mine.camel.yaml"),
                """
                - route:
                    id: mine
                    from:
                      uri: direct:mine
                      steps:
                        - bean: {ref: loomEdit, method: "remove(${body}, 'a')"}
                        - setBody: {simple: "${headr.x}"}
                """);
        Printed printed = validate(TWO);
        assertThat(printed.exitCode()).isEqualTo(1);
        assertThat(printed.out())
                .contains(
                        "routes/mine.camel.yaml: line 7: the step setBody of the route 'mine': Unknown function: headr.x");
    }

    /** Names in a route file of one's own, beside all that are shipped. */
    private static final String NAMES =
            """
            - beans:
                - name: mine
                  type: java.util.ArrayList
            - route:
                id: mine
                from:
                  uri: direct:mine
                  steps:
                    - bean: {ref: mine, method: size}
                    - process: {ref: fromTheSettings}
                    - process: {ref: loomAdminReload}
                    - bean: {ref: loomEdti, method: "remove(${body}, 'a')"}
                    - process: {ref: nobodysBean}
                    - to: kamelet:llm-chat-acton?model=gpt-4
                    - to: kamelet:llm-chat-action?model=gpt-4
                    - to: direct:nowhere
                    - to: direct:loom-provider-cloud
                    - to: direct:nobody?failIfNoConsumers=false
                    - setBody: {simple: "${bean:loomEdit?method=toString} ${bean:mine.size}"}
                    - bean: {ref: loomEdit, method: "rdact(${body}, 'a', 'b')"}
            """;

    @Test
    void names_that_nothing_has_are_printed_with_what_is_meant() throws IOException {
        Files.writeString(allRoutes().resolve("mine.camel.yaml"), NAMES);
        Files.writeString(
                directory.resolve("application.properties"),
                "camel.beans.fromTheSettings=#class:java.util.ArrayList\n");
        assertThat(validate(TWO).out().lines())
                .containsExactly(
                        mine(12, "the step bean of ", "there is no bean 'loomEdti'; did you mean loomEdit?"),
                        mine(
                                13,
                                "the step process of ",
                                "there is no bean 'nobodysBean'; define it below beans: in a route file, or correct the"
                                        + " name"),
                        mine(
                                14,
                                "the step to of ",
                                "there is no Kamelet 'llm-chat-acton'; did you mean llm-chat-action?"),
                        noMethod(),
                        mine(
                                16,
                                "",
                                "no route begins with direct:nowhere; add a route that does, or correct the address"));
    }

    private static String mine(int line, String step, String reason) {
        return "routes/mine.camel.yaml: line " + line + ": " + step + "the route 'mine': " + reason;
    }

    @Test
    void where_java_may_add_beans_and_routes_only_what_is_nearly_ours_is_printed() throws IOException {
        Files.writeString(allRoutes().resolve("mine.camel.yaml"), NAMES);
        Files.writeString(directory.resolve("application.properties"), "camel.main.basePackageScanEnabled=true\n");
        assertThat(validate(TWO).out().lines())
                .containsExactly(
                        mine(12, "the step bean of ", "there is no bean 'loomEdti'; did you mean loomEdit?"),
                        mine(
                                14,
                                "the step to of ",
                                "there is no Kamelet 'llm-chat-acton'; did you mean llm-chat-action?"),
                        noMethod());
    }

    private static String noMethod() {
        return mine(
                20,
                "the step bean of ",
                "the bean has no method 'rdact'; did you mean redact? it has: atMost, redact, remove, set, system;"
                        + " correct it");
    }

    @Test
    void a_start_refuses_a_call_where_nobody_is() throws IOException {
        Files.writeString(
                allRoutes().resolve("mine.camel.yaml"),
                "- route: {id: mine, from: {uri: 'direct:mine', steps: [{to: 'direct:nowhere'}]}}");
        Main main = new Main();
        GatewaySetup setup = new GatewaySetup(Installation.in(directory));
        main.addMainListener(setup);
        try {
            assertThatThrownBy(main::start)
                    .isInstanceOf(InvalidConfiguration.class)
                    .hasMessageContaining(
                            "mine.camel.yaml: line 1: the route 'mine': no route begins with direct:nowhere");
        } finally {
            setup.afterStop(main);
        }
    }

    @Test
    void a_bean_or_a_route_configuration_with_a_name_of_the_gateways_own_is_refused_by_validate_and_by_a_start()
            throws IOException {
        Files.writeString(
                allRoutes().resolve("zzz.camel.yaml"),
                "- beans: [{name: loomReply, type: java.util.HashMap}]\n"
                        + "- routeConfiguration: {id: loom-errors, errorHandler: {noErrorHandler: {}}}\n");
        String[] told = {
            "routes/zzz.camel.yaml: line 1: the bean 'loomReply': names that begin with loom belong to the gateway",
            "routes/zzz.camel.yaml: the id 'loom-errors' is taken by a route configuration of "
        };
        assertThat(validate(TWO).out()).contains(told);
        Main main = new Main();
        main.addMainListener(new GatewaySetup(Installation.in(directory)));
        assertThatThrownBy(main::start).isInstanceOf(InvalidConfiguration.class).hasMessageContainingAll(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {id: loom-serve, from: {uri: direct:mine, steps: [{log: x}]}} | the id 'loom-serve' is taken by a route or step of routes/serve.camel.yaml
            {id: loom-plan, from: {uri: direct:mine, steps: [{log: x}]}}  | the id 'loom-plan' is taken by a route or step of routes/dispatch.camel.yaml
            {id: mine, from: {uri: direct:loom-serve, steps: [{log: x}]}} | direct:loom-serve is where a route of routes/serve.camel.yaml begins already
            {id: mine, from: {uri: direct:mine, steps: [{log: {id: mine, message: x}}]}} | line 1: the id 'mine' is taken by a route or step in line 1 of this file
            {id: mine, from: {uri: direct:mine, steps: [{log: x}]}}, beans: [{name: bean, type: java.util.HashMap}] | the name 'bean' is taken by a bean of routes/yyy.camel.yaml
            """)
    void what_a_route_of_another_file_has_is_refused_with_both_files(String route, String told) throws IOException {
        Path routes = allRoutes();
        Files.writeString(routes.resolve("yyy.camel.yaml"), "- beans: [{name: bean, type: java.util.HashMap}]");
        Files.writeString(routes.resolve("zzz.camel.yaml"), "- route: " + route.replace(", beans:", "\n- beans:"));
        Printed printed = validate(TWO);
        assertThat(printed.exitCode()).isEqualTo(1);
        assertThat(printed.out()).contains("routes/zzz.camel.yaml: " + told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- route: {id: one, from: {uri: direct:one, steps: [{log: a}]}}\n---\n"
                        + "- route: {id: two, from: {uri: direct:two, steps: [{log: {id: x, message: a}},"
                        + " {log: {id: x, message: b}}]}}\n",
                "- route: {id: one, from: {uri: direct:one, steps: [&a {log: {id: x, message: a}}, *a]}}\n"
            })
    void an_id_that_is_given_twice_where_no_line_is_known_is_told_without_one(String text) throws IOException {
        Files.writeString(allRoutes().resolve("mine.camel.yaml"), text);
        assertThat(validate(TWO).out())
                .isEqualTo(
                        "routes/mine.camel.yaml: the id 'x' is taken by a route or step of this file; give yours another"
                                + " id, or remove the other one\n");
    }

    @Test
    void a_space_between_two_route_configurations_is_told_with_the_line_and_what_to_write() throws IOException {
        Files.writeString(
                allRoutes().resolve("mine.camel.yaml"),
                """
                - routeConfiguration: {id: mine, errorHandler: {noErrorHandler: {}}}
                - route:
                    id: mine
                    routeConfigurationId: loom-errors, mine
                    from: {uri: 'direct:mine', steps: [{log: x}]}
                """);
        assertThat(validate(TWO).out())
                .isEqualTo(
                        "routes/mine.camel.yaml: line 4: the name ' mine' of a route configuration has a space in it;"
                                + " write loom-errors,mine\n");
    }

    @Test
    void a_dot_in_the_name_of_a_route_file_is_refused_with_the_name_to_take() throws IOException {
        Path routes = allRoutes();
        Files.move(routes.resolve("hooks.camel.yaml"), routes.resolve("hooks.new.camel.yaml"));
        assertThat(validate(TWO).out())
                .isEqualTo("routes/hooks.new.camel.yaml: Camel takes no dot before .camel.yaml; rename the file to"
                        + " hooks-new.camel.yaml\n");
    }

    @Test
    void the_routes_of_errors_are_needed_and_those_of_flows_where_a_kamelet_calls_them() throws IOException {
        Path routes = allRoutes();
        Files.delete(routes.resolve("flows.camel.yaml"));
        assertThat(validate(TWO).exitCode()).isZero();
        Files.writeString(
                routes.resolve("mine.camel.yaml"),
                "- route: {id: mine, from: {uri: direct:mine, steps: [{to: 'kamelet:llm-chat-action?model=m'}]}}");
        Files.delete(routes.resolve("errors.camel.yaml"));
        assertThat(validate(TWO).out())
                .contains(
                        "no route begins with direct:loom-ask, and other routes call it; it is in the file"
                                + " flows.camel.yaml, which you can copy",
                        "there is no routeConfiguration loom-errors, and routes name it; it is in the file"
                                + " errors.camel.yaml, which you can copy");
    }

    private Path allRoutes() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        assertThat(validate(TWO).exitCode()).isZero();
        return routes;
    }

    @ParameterizedTest
    @CsvSource({"serve, loom-serve", "dispatch, loom-dispatch"})
    void a_route_file_that_the_others_call_and_that_is_missing_is_named(String file, String route) throws IOException {
        Files.delete(allRoutes().resolve(file + ".camel.yaml"));
        Printed printed = validate(TWO);
        assertThat(printed.exitCode()).isEqualTo(1);
        assertThat(printed.out())
                .contains(
                        "no route begins with direct:" + route,
                        "it is in the file " + file + ".camel.yaml, which you can copy from the jar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hooks", "surface-messages", "models"})
    void a_route_file_that_no_other_needs_may_be_left_out(String file) throws IOException {
        Files.delete(allRoutes().resolve(file + ".camel.yaml"));
        assertThat(validate(TWO).exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"platform-http:/v1/chat/completions, true", "platform-http:/v1/mine, false"})
    void a_path_that_a_route_of_another_file_has_is_refused(String uri, boolean refused) throws IOException {
        Files.writeString(
                allRoutes().resolve("mine.camel.yaml"),
                "- route: {id: mine, from: {uri: '" + uri + "', steps: [{log: mine}]}}");
        assertThat(validate(TWO))
                .satisfies(printed -> assertThat(printed.exitCode()).isEqualTo(refused ? 1 : 0))
                .extracting(Printed::out)
                .asString()
                .matches(out -> refused
                        == out.contains("routes/mine.camel.yaml: " + uri
                                + " is where a route of routes/ingress.camel.yaml begins already"));
    }

    @Test
    void a_component_that_is_missing_is_printed_with_its_place_and_nothing_else_is() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/provider.camel.yaml"), routes.resolve("provider.camel.yaml"));
        Files.writeString(
                routes.resolve("mine.camel.yaml"),
                """
                - route:
                    id: mine
                    from:
                      uri: flie:in
                      steps:
                        - to: flie:out
                        - toD: "flie:${body}"
                        - to: {uri: fiel, parameters: {directoryName: out}}
                        - to: "{{where}}:out"
                        - to: file:out
                        - to: {uri: "flie:off", disabled: true}
                """);
        try (CapturedLog log = new CapturedLog()) {
            assertThat(validate(TWO).out().lines())
                    .containsExactly(
                            component(4, "from", "flie"),
                            component(6, "to", "flie"),
                            component(7, "toD", "flie"),
                            component(8, "to", "fiel"));
            assertThat(log.messages()).isEmpty();
        }
    }

    /** The same as the start and a save say of them. */
    @ParameterizedTest
    @CsvSource({
        "provider, ref: loomEncode, ref: loomEncod, loomEncod",
        "provider, ref: loomRelay, ref: loomRelai, loomRelai",
        "health, ref: loomHealthAsk, ref: loomHealthAks, loomHealthAks",
        "errors, ref: loomErrorReply, ref: loomErrorRply, loomErrorRply",
    })
    void a_bean_that_is_missing_in_a_template_or_a_route_configuration_is_printed(
            String name, String written, String misspelt, String bean) throws IOException {
        Path file = allRoutes().resolve(name + ".camel.yaml");
        assertThat(Files.readString(file)).contains(written);
        Files.writeString(file, Files.readString(file).replace(written, misspelt));

        Printed printed = validate(TWO);

        assertThat(printed.exitCode()).as(printed.out()).isEqualTo(1);
        assertThat(printed.out()).contains("routes/" + name + ".camel.yaml: line ", "'" + bean);
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider", "health", "errors"})
    void a_comment_in_a_file_of_templates_or_route_configurations_is_none(String name) throws IOException {
        Path file = allRoutes().resolve(name + ".camel.yaml");
        Files.writeString(file, Files.readString(file) + "# mine\n");
        assertThat(validate(TWO))
                .satisfies(printed ->
                        assertThat(printed.exitCode()).as(printed.out()).isZero());
    }

    @Test
    void a_parameter_that_a_kamelet_does_not_have_is_printed_by_what_is_in_the_file_of_the_kamelet()
            throws IOException {
        Files.writeString(
                allRoutes().resolve("mine.camel.yaml"),
                """
                - route:
                    id: mine
                    from:
                      uri: direct:mine
                      steps:
                        - to:
                            uri: kamelet:llm-chat-action
                            parameters:
                              modle: gpt-4
                              system: Be brief.
                """);
        assertThat(validate(TWO).out().lines())
                .containsExactly("routes/mine.camel.yaml: line 9: the step to of the route 'mine': the Kamelet"
                        + " llm-chat-action has no parameter 'modle'; did you mean model? it has: model, system, input,"
                        + " output; correct it");
        Path kamelets = Files.createDirectory(directory.resolve("kamelets"));
        Files.writeString(
                kamelets.resolve("llm-chat-action.kamelet.yaml"),
                Files.readString(Path.of("kamelets/llm-chat-action.kamelet.yaml"))
                        .replace("model", "modle"));
        assertThat(validate(TWO).exitCode()).isZero();
    }

    private static String component(int line, String step, String name) {
        return "routes/mine.camel.yaml: line " + line + ": the step " + step
                + " of the route 'mine': there is no component '" + name
                + "' in the jar; docs/routes.md lists those that are there and says how to add one; correct it";
    }

    @Test
    void a_directory_of_routes_that_lacks_the_gateways_own_is_refused_with_the_way_to_get_them() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/hooks.camel.yaml"), routes.resolve("hooks.camel.yaml"));
        Printed printed = validate(TWO);
        assertThat(printed.exitCode()).isEqualTo(1);
        assertThat(printed.out())
                .startsWith("routes/*.camel.yaml: routes/ must hold all route files")
                .contains("jar xf loom-ai-gateway.jar loom/routes");
        Main main = new Main();
        main.addMainListener(new GatewaySetup(Installation.in(directory)));
        assertThatThrownBy(main::start)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("routes/ must hold all route files");
    }

    @Test
    void a_route_file_that_is_nested_without_end_is_refused_at_the_start() throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/provider.camel.yaml"), routes.resolve("provider.camel.yaml"));
        Files.writeString(routes.resolve("mine.camel.yaml"), "- route: " + "[".repeat(100_000));
        Main main = new Main();
        main.addMainListener(new GatewaySetup(Installation.in(directory)));
        assertThatThrownBy(main::start)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("mine.camel.yaml: line 1: ")
                .hasMessageContaining("nested too deep");
    }

    @Test
    void files_after_validate_may_be_many_or_none() {
        assertThat(execute("--validate", "none-a.yaml", "none-b.yaml")).isEqualTo(1);
        assertThat(execute("--config", "none-a.yaml", "--validate")).isEqualTo(1);
        assertThat(execute("--validate")).isZero();
        assertThat(execute("--demo", "--validate")).isZero();
        assertThat(execute("--demo", "--config", "none-a.yaml", "--validate"))
                .as("one of the two")
                .isEqualTo(2);
    }

    private static int execute(String... arguments) {
        return GatewayMain.commandLine(new GatewayMain()).execute(arguments);
    }

    @Test
    void a_file_without_its_option_is_told_the_option() throws IOException {
        String file = Files.writeString(directory.resolve("mine.yaml"), TWO).toString();
        StringWriter err = new StringWriter();
        assertThat(GatewayMain.commandLine(new GatewayMain())
                        .setErr(new PrintWriter(err, true))
                        .execute(file))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .contains("To start with this file, write --config " + file + ".", "--help lists the options.")
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOOM_CONFIG",
                "--config",
                "--validate",
                "--schema",
                "--demo",
                "--import-litellm",
                "--replay",
                "--against"
            })
    void help_names_every_option_and_variable(String name) {
        StringWriter out = new StringWriter();
        assertThat(new CommandLine(new GatewayMain())
                        .setOut(new PrintWriter(out))
                        .execute("--help"))
                .isZero();
        assertThat(out.toString()).contains(name);
    }

    @Test
    void the_schema_is_printed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ConfigSchema.print(new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isZero();
        JsonNode schema = new ObjectMapper().readTree(out.toByteArray());
        assertThat(schema.at("/properties/ai_gateway/properties/providers").isObject())
                .isTrue();
    }
}
