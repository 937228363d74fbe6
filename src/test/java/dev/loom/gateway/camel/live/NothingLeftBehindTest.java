package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Inventory;
import dev.loom.gateway.testing.TestGateway;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many edits of each kind, on one gateway: after them it holds as many MBeans, meters, threads, sockets, routes,
 * endpoints and beans of each name as before. {@code -Dloom.edits.rounds=25} makes fifty of each kind.
 */
class NothingLeftBehindTest {

    private static final Duration SOON = Duration.ofSeconds(120);

    /** Each has an edit of each kind, and the way back, which is another one. */
    private static final int ROUNDS = Integer.getInteger("loom.edits.rounds", 6);

    private static final String USERS_FILE = "routes/users.camel.yaml";

    /** Something uses each Kamelet, so that an edit of its file makes routes anew. */
    private static final String USERS =
            """
            - route:
                id: uses-actions
                from:
                  uri: direct:uses-actions
                  steps:
                    - to: {uri: kamelet:llm-chat-action, parameters: {model: gpt-4}}
                    - to: {uri: kamelet:llm-embeddings-action, parameters: {model: gpt-4}}
                    - to: {uri: kamelet:llm-provider-action, parameters: {type: gemini, model: m, apiKey: k}}
                    - to: {uri: kamelet:llm-provider-sink, parameters: {type: gemini, model: m, apiKey: k}}
            - route:
                id: uses-gateway
                from:
                  uri: kamelet:llm-gateway-source
                  parameters: {path: /flow/v1, model: flow}
                  steps:
                    - setBody: {constant: flow}
            - route:
                id: uses-simulator
                from:
                  uri: kamelet:llm-simulator-source
                  steps:
                    - log: simulator
            """;

    /** Comes and goes with the Kamelet. */
    private static final String KAMELET_USER =
            """
            - route:
                id: uses-mark
                from:
                  uri: direct:uses-mark
                  steps:
                    - to: kamelet:mark-action?mark=here
            """;

    @TempDir
    Path directory;

    private final FakeProvider first = FakeProvider.saying("fine");
    private final FakeProvider second = FakeProvider.saying("fine");
    private final Map<String, String> original = new TreeMap<>(Map.of(USERS_FILE, USERS));
    private final Map<String, String> changed = new TreeMap<>(Map.of(USERS_FILE, USERS + "# an edit\n"));
    private final Map<String, String> added =
            Map.of(EditsInAnyOrderTest.KAMELET, EditsInAnyOrderTest.MARK, "routes/mark.camel.yaml", KAMELET_USER);
    private EditableGateway edited;

    @BeforeEach
    void start() {
        edited = EditableGateway.start(directory, configuration("red", first));
        edited.save(USERS_FILE, USERS);
        shipped().forEach(file -> {
            original.put(file, edited.read(file));
            changed.put(file, edit(edited.read(file)));
        });
    }

    @AfterEach
    void stop() {
        edited.close();
        first.close();
        second.close();
    }

    private static List<String> shipped() {
        return Stream.of("routes", "kamelets")
                .flatMap(folder -> Arrays.stream(new File(folder).list()).map(name -> folder + "/" + name))
                .toList();
    }

    /** Fills the hooks; of any other file all routes are made anew, whatever is changed. */
    private static String edit(String yaml) {
        return yaml.replace("disabled: true", "disabled: false") + "# an edit\n";
    }

    private static String configuration(String team, FakeProvider... providers) {
        return TestGateway.providers("health_check: {enabled: true}\nheaders: {X-Team: " + team + "}", providers);
    }

    @Test
    void edits_of_each_kind_leave_nothing_behind() {
        thereAndBack();
        Map<String, Long> before = settled();
        for (int round = 0; round < ROUNDS; round++) {
            thereAndBack();
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(Inventory.differences(before, held()))
                .isEmpty());
    }

    private void thereAndBack() {
        Map<String, String> there = new TreeMap<>(changed);
        there.putAll(added);
        take(configuration("blue", first, second), there, Set.of());
        refused();
        take(configuration("red", first), original, added.keySet());
    }

    private void refused() {
        String file = "routes/dispatch.camel.yaml";
        assertThat(edited.saveAndWait(file, original.get(file).replace("loomPlanner", "loomPlaner")))
                .contains("loomPlaner");
    }

    /** All of it at once, so that it takes one look at the files. */
    private void take(String configuration, Map<String, String> saved, Set<String> gone) {
        try (CapturedLog log = new CapturedLog()) {
            edited.configure(configuration);
            saved.forEach(edited::save);
            gone.forEach(edited::delete);
            List<String> verdicts = new ArrayList<>(List.of("The configuration was read again"));
            saved.keySet().forEach(file -> verdicts.add(file + " was saved and is in use"));
            gone.forEach(file -> verdicts.add(file + " is gone"));
            await().atMost(SOON).untilAsserted(() -> assertThat(log.text()).contains(verdicts));
        }
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }

    /** What the last edit has put out of use is ended some seconds later. */
    private Map<String, Long> settled() {
        AtomicReference<Map<String, Long>> last = new AtomicReference<>(Map.of());
        return await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(4))
                .until(this::held, now -> now.equals(last.getAndSet(now)));
    }

    private Map<String, Long> held() {
        return Inventory.of(edited.gateway().camel());
    }
}
