package dev.loom.gateway.camel.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves of templates of which nobody has an instance yet. */
class TemplateEditsTest {

    /** Parameters without values stand wherever a step may have them. */
    private static final String PARAMETERS =
            """
            parameters:
              - {name: bean}
              - {name: target}
              - {name: path}
              - {name: ms}
              - {name: pattern}
              - {name: word, defaultValue: hello}
            """;

    private static final String STEPS =
            """
            - bean: {ref: "{{own}}", method: toString}
            - process: {ref: "{{bean}}"}
            - bean: {ref: "{{bean}}", method: call}
            - to: "{{target}}"
            - toD: "{{target}}?x=${header.a}"
            - delay: {expression: {constant: {expression: "{{ms}}"}}}
            - setBody: {expression: {jsonpath: {expression: "{{path}}"}}}
            - removeHeaders: {pattern: "{{pattern}}"}
            - filter:
                expression: {simple: {expression: "${body} regex '{{pattern}}' && ${header.a} == '{{word}}'"}}
                steps: [{log: "{{word}}"}]
            - split: {expression: {tokenize: {token: "{{word}}"}}, aggregationStrategy: "{{bean}}", steps: [{log: x}]}
            - kamelet: {name: "{{target}}"}
            - throttle: {expression: {constant: {expression: "{{ms}}"}}}
            - throwException: {exceptionType: "{{bean}}", message: "{{word}}"}
            """;

    private static final String KAMELET =
            """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: mine
              labels:
                camel.apache.org/kamelet.type: action
            spec:
              definition:
                title: Mine
                type: object
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - log: x
            """;

    private static String indented(String text, int spaces) {
        return text.indent(spaces).stripTrailing();
    }

    @Test
    void a_mistake_in_it_is_told_with_its_line(@TempDir Path directory) {
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited = EditableGateway.start(directory, TestGateway.providers("", provider))) {
            String file = "routes/health.camel.yaml";
            String original = edited.read(file);
            String broken = original.replaceFirst("ref: loomHealthNote", "ref: loomHelthNote");
            long line = broken.lines()
                            .takeWhile(each -> !each.contains("loomHelthNote"))
                            .count()
                    + 1;
            assertThat(edited.saveAndWait(file, broken)).contains("line " + line + ":", "did you mean loomHealthNote?");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "routes/provider.camel.yaml",
                "routes/health.camel.yaml",
                "routes/errors.camel.yaml",
                "kamelets/mine.kamelet.yaml"
            })
    void a_step_to_where_nobody_listens_is_refused(String file, @TempDir Path directory) {
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited = EditableGateway.start(directory, TestGateway.providers("", provider))) {
            String before = file.startsWith("kamelets") ? KAMELET : edited.read(file);
            String broken = before.replaceFirst("\n( +)steps:\n( +)- ", "\n$1steps:\n$2- to: direct:nowhere\n$2- ");
            assertThat(edited.saveAndWait(file, broken)).contains("line ", "direct:nowhere");
            assertThat(edited.saveAndWait(file, before)).isEmpty();
            assertThat(edited.gateway().chat(TestGateway.chat("gpt-4", false)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void what_only_an_instance_knows_is_left_to_the_instance(@TempDir Path saved, @TempDir Path started)
            throws IOException {
        String template = "- routeTemplate:\n    id: mine\n    beans: [{name: own, type: java.lang.StringBuilder}]\n"
                + indented(PARAMETERS, 4)
                + "\n    from:\n      uri: direct:mine\n      steps:\n" + indented(STEPS, 8) + "\n";
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited = EditableGateway.start(saved, TestGateway.providers("", provider))) {
            assertThat(edited.saveAndWait("routes/mine.camel.yaml", template)).isEmpty();
        }
        Files.createDirectories(started.resolve("routes"));
        Files.writeString(started.resolve("routes/mine.camel.yaml"), template);
        try (FakeProvider provider = FakeProvider.saying("fine");
                EditableGateway edited = EditableGateway.start(started, TestGateway.providers("", provider))) {
            assertThat(edited.gateway().chat(TestGateway.chat("gpt-4", false)).statusCode())
                    .isEqualTo(200);
        }
    }
}
