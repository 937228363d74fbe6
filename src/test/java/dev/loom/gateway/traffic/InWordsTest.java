package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InWordsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0.001S, 1 second",
        "PT1S, 1 second",
        "PT1.5S, 2 seconds",
        "PT90S, 90 seconds",
        "PT2M, 2 minutes",
        "PT29M59.1S, 30 minutes",
        "PT30M, 30 minutes",
        "PT119M, 119 minutes",
        "PT2H, 2 hours",
        "PT24H, 24 hours"
    })
    void a_length_of_time_is_rounded_up(Duration length, String words) {
        assertThat(InWords.of(length)).isEqualTo(words);
    }
}
