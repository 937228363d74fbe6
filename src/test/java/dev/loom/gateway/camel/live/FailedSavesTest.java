package dev.loom.gateway.camel.live;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A save that fails, of whatever file and for whatever reason, leaves each route where it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailedSavesTest {

    /** In front of the first step: a bean, a component and an expression that are not there. */
    private static final List<String> STEPS =
            List.of("process: {ref: loomNowhere}", "to: {uri: 'nosuch:x'}", "setBody: {simple: '${headr.x}'}");

    private final FakeProvider provider = FakeProvider.saying("fine");
    private EditableGateway edited;

    @BeforeAll
    void start(@TempDir Path directory) {
        edited = EditableGateway.start(directory, TestGateway.providers("health_check: {enabled: true}", provider));
    }

    @AfterAll
    void stop() {
        edited.close();
        provider.close();
    }

    static Stream<String> shipped() {
        return Arrays.stream(Path.of("routes").toFile().list()).sorted();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void every_route_stays(String name) {
        String file = "routes/" + name;
        String original = edited.read(file);
        List<String> routes = edited.routes();
        for (String step : STEPS) {
            String broken = original.replaceFirst(
                    "\n( +)steps:\n( +)- ", "\n$1steps:\n$2- " + step.replace("$", "\\$") + "\n$2- ");
            assertThat(edited.saveAndWait(file, broken)).as(step).isNotEmpty();
            assertThat(edited.routes()).as(step).isEqualTo(routes);
        }
        assertThat(edited.saveAndWait(file, original)).isEmpty();
        assertThat(edited.routes()).isEqualTo(routes);
        assertThat(edited.gateway().chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
    }
}
