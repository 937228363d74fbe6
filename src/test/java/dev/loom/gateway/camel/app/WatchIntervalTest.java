package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.EditableGateway;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.support.component.PropertyConfigurerSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a gateway looks at its files: {@code loom.watch.interval}. */
class WatchIntervalTest {

    @ParameterizedTest
    @ValueSource(strings = {"9ms", "61s", "soon", "-1s", ""})
    void no_time_that_is_possible_does_not_start(String text) {
        try (FakeProvider provider = FakeProvider.saying("fine")) {
            assertThatThrownBy(() ->
                            TestGateway.start(TestGateway.providers("", provider), Map.of("loom.watch.interval", text)))
                    .hasStackTraceContaining("loom.watch.interval must be a time from 10ms to 60s, not '" + text + "'");
        }
    }

    /** As Camel's command line does, which makes a project of the routes. */
    @Test
    void a_tool_that_answers_for_every_property_starts_it() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider),
                        Map.of("loom.watch.interval", PropertyConfigurerSupport.MAGIC_VALUE))) {
            assertThat(gateway.chat(TestGateway.chat("gpt-4", false)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_file_counts_as_saved_when_it_has_looked_the_same_twice(@TempDir Path directory) {
        try (FakeProvider first = FakeProvider.saying("first");
                FakeProvider second = FakeProvider.saying("second");
                EditableGateway edited = EditableGateway.start(
                        directory, TestGateway.providers("", first), Map.of("loom.watch.interval", "10ms"), Map.of())) {
            edited.configure(TestGateway.providers("", second));
            await().untilAsserted(() -> assertThat(edited.gateway()
                            .chat(TestGateway.chat("gpt-4", false))
                            .body())
                    .contains("second"));
        }
    }
}
