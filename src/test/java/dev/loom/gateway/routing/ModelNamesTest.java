package dev.loom.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNamesTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-4, gpt-4",
        "claude-3-opus, claude-3-opus-20240229",
        "claude-3-opus-20240229, claude-3-opus",
        "claude-3-opus, claude-3-opus@20240229",
        "gpt-4, gpt-4-0613",
        "gpt-4o, gpt-4o-2024-08-06",
        "gpt-4-turbo, gpt-4*",
        "anything, *",
    })
    void an_entry_serves_a_model(String model, String entry) {
        assertThat(ModelNames.bestMatch(List.of(entry), model)).isEqualTo(entry);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4, gpt-4-turbo",
        "gpt-4-turbo, gpt-4",
        "claude-3-opus-20240229, claude-3-opus-20240307",
        "GPT-4, gpt-4",
        "gpt-3.5-turbo, gpt-4*",
        "llama-2-70b, llama-2-7b",
        "gpt-4-9913, gpt-4",
    })
    void another_entry_does_not(String model, String entry) {
        assertThat(ModelNames.bestMatch(List.of(entry), model)).isNull();
    }

    @Test
    void the_exact_name_wins_over_the_dated_one_and_that_over_a_wildcard() {
        assertThat(ModelNames.bestMatch(List.of("gpt*", "gpt-4-0613", "gpt-4"), "gpt-4"))
                .isEqualTo("gpt-4");
        assertThat(ModelNames.bestMatch(List.of("gpt*", "gpt-4-0613"), "gpt-4")).isEqualTo("gpt-4-0613");
    }

    @Test
    void the_latest_date_and_the_longest_wildcard_win() {
        assertThat(ModelNames.bestMatch(List.of("gpt-4-0314", "gpt-4-0613"), "gpt-4"))
                .isEqualTo("gpt-4-0613");
        assertThat(ModelNames.bestMatch(List.of("*", "gpt-4*", "gpt*"), "gpt-4o"))
                .isEqualTo("gpt-4*");
    }
}
