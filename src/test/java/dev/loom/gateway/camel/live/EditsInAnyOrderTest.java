package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was saved in between, with a Kamelet in use or not: a file that worked once works again. */
class EditsInAnyOrderTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String MINE = "routes/mine.camel.yaml";
    static final String KAMELET = "kamelets/mark-action.kamelet.yaml";

    private static final String FLOW =
            """
            - route:
                id: mine
                from:
                  uri: direct:mine
                  steps:
                    - to:
                        uri: kamelet:llm-chat-action
                        parameters:
                          model: gpt-4
                    - to:
                        uri: kamelet:mark-action
                        parameters:
                          mark: one
            """;

    /** A Kamelet of a test's own. */
    static final String MARK =
            """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: mark-action
              labels:
                camel.apache.org/kamelet.type: action
            spec:
              definition:
                title: Mark Action
                required: [mark]
                type: object
                properties:
                  mark: {title: Mark, description: What is appended., type: string}
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - setBody:
                        expression:
                          simple:
                            expression: "${body} {{mark}}"
            """;

    private final FakeProvider provider = FakeProvider.saying("fine");
    private EditableGateway edited;

    @BeforeEach
    void start(@TempDir Path directory) {
        edited = EditableGateway.start(directory, TestGateway.providers("", provider));
    }

    @AfterEach
    void stop() {
        edited.close();
        provider.close();
    }

    private void used(String file, String text) {
        assertThat(edited.saveAndWait(file, text)).as(text).isEmpty();
    }

    private void refused(String file, String text, String... why) {
        assertThat(edited.saveAndWait(file, text)).as(text).contains(why);
    }

    private String flow() {
        return edited.gateway().camel().createProducerTemplate().requestBody("direct:mine", "Hi!", String.class);
    }

    /** Camel counts the routes behind Kamelets: one that is made anew has another number. */
    private List<String> routes() {
        return edited.routes().stream()
                .map(id -> id.replaceFirst("-\\d+$", "-N"))
                .sorted()
                .toList();
    }

    private int ask() {
        return edited.gateway().chat(chat("gpt-4", false)).statusCode();
    }

    private static List<String> shipped(String directory) {
        String[] names = Path.of(directory).toFile().list();
        Arrays.sort(names);
        return Arrays.stream(names).map(name -> directory + "/" + name).toList();
    }

    @Test
    void every_shipped_file_is_edited_twice_and_back_while_kamelets_are_in_use() {
        used(KAMELET, MARK);
        used(MINE, FLOW);
        List<String> routes = routes();
        List<String> files = new ArrayList<>(shipped("routes"));
        files.addAll(shipped("kamelets"));
        for (String file : files) {
            String original = edited.read(file);
            used(file, original + "\n# once");
            used(file, original + "\n# twice");
            used(file, original);
            assertThat(ask()).as(file).isEqualTo(200);
            assertThat(flow()).as(file).isEqualTo("fine one");
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(routes()).isEqualTo(routes));
    }

    @Test
    void a_kamelet_comes_into_a_shipped_route_and_goes_again() {
        used(KAMELET, MARK);
        String original = edited.read("routes/dispatch.camel.yaml");
        List<String> routes = routes();
        for (int round = 0; round < 3; round++) {
            used("routes/dispatch.camel.yaml", withStep(original, round));
            assertThat(ask()).isEqualTo(200);
            used("routes/dispatch.camel.yaml", original);
            assertThat(ask()).isEqualTo(200);
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(routes()).isEqualTo(routes));
    }

    /** Without effect on the request, and each with parameters, and so with a route, of its own. */
    private static String withStep(String dispatch, int mark) {
        return dispatch.replace(
                "      steps:\n        - process:\n            id: loom-plan\n",
                "      steps:\n        - wireTap:\n            uri: kamelet:mark-action?mark=" + mark
                        + "\n        - process:\n            id: loom-plan\n");
    }

    @Test
    void files_that_call_each_other_may_be_saved_in_any_order() {
        String route = "- route: {id: %s, from: {uri: 'direct:%s', steps: [{choice: {when: [{simple: '${body} == 1',"
                + " steps: [{to: 'direct:%s'}]}]}}]}}\n";
        refused(
                "routes/first.camel.yaml",
                route.formatted("first", "first", "second"),
                "no route begins with direct:second");
        used("routes/second.camel.yaml", route.formatted("second", "second", "first"));
        await().atMost(SOON).untilAsserted(() -> assertThat(edited.routes()).contains("first", "second"));
        refused("routes/second.camel.yaml", route.formatted("second", "other", "first"), "direct:second any more");
        used("routes/first.camel.yaml", route.formatted("first", "first", "other"));
        used("routes/second.camel.yaml", route.formatted("second", "other", "first") + "# again\n");
    }

    @Test
    void what_is_broken_in_one_file_does_not_keep_others_from_being_edited() {
        used(KAMELET, MARK);
        used(MINE, FLOW);
        refused("routes/ingress.camel.yaml", edited.read("routes/ingress.camel.yaml") + "- nonsense: {}\n", "nonsense");
        refused(KAMELET, MARK.replace("setBody", "setBoddy"), "setBoddy");
        String errors = edited.read("routes/errors.camel.yaml");
        used("routes/errors.camel.yaml", errors + "\n# an edit");
        used(MINE, FLOW + "\n# an edit");
        assertThat(flow()).isEqualTo("fine one");
        assertThat(ask()).isEqualTo(200);
    }

    /** The seed is fixed, so that what fails fails again. */
    @Test
    void after_any_edits_what_was_there_before_is_taken_again() {
        used(KAMELET, MARK);
        used(MINE, FLOW);
        List<String> routes = routes();
        List<Edit> edits = edits();
        Random random = new Random(20);
        for (int round = 0; round < 2; round++) {
            Collections.shuffle(edits, random);
            for (Edit edit : edits) {
                edited.saveAndWait(edit.file(), edit.text());
                assertThat(ask()).as(edit.text()).isEqualTo(200);
            }
            List<Edit> back = new ArrayList<>(edits);
            Collections.shuffle(back, random);
            back.forEach(edit -> used(edit.file(), edit.original()));
            assertThat(flow()).isEqualTo("fine one");
            assertThat(ask()).isEqualTo(200);
            await().atMost(SOON).untilAsserted(() -> assertThat(routes()).isEqualTo(routes));
        }
    }

    private record Edit(String file, String original, String text) {}

    private List<Edit> edits() {
        String dispatch = edited.read("routes/dispatch.camel.yaml");
        String ingress = edited.read("routes/ingress.camel.yaml");
        String provider = edited.read("routes/provider.camel.yaml");
        return new ArrayList<>(List.of(
                new Edit("routes/dispatch.camel.yaml", dispatch, withStep(dispatch, 7)),
                new Edit("routes/dispatch.camel.yaml", dispatch, dispatch.replace("loomPlanner", "loomPlaner")),
                new Edit("routes/dispatch.camel.yaml", dispatch, dispatch.replace("loadBalance:", "loadBalanse:")),
                new Edit("routes/ingress.camel.yaml", ingress, ingress.substring(0, ingress.lastIndexOf("- route:"))),
                new Edit("routes/ingress.camel.yaml", ingress, ingress.replace("steps:", "steps: [")),
                new Edit("routes/provider.camel.yaml", provider, provider.replace("loomEncode", "loomDecode")),
                new Edit(KAMELET, MARK, MARK.replace("setBody", "setBoddy")),
                new Edit(KAMELET, MARK, MARK.replace("{{mark}}", "again {{mark}}")),
                new Edit(MINE, FLOW, FLOW.replace("mark: one", "mark: two")),
                new Edit(MINE, FLOW, FLOW.replace("mark-action", "no-action")),
                new Edit(MINE, FLOW, FLOW.replace("id: mine\n", "id: other\n"))));
    }
}
