package dev.loom.gateway.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-flash-lite, 205, flash-lite",
        "gemini-2.5-pro-preview-06-05, 205, pro",
        "gemini-2.0-flash-001, 200, flash",
        "gemini-3-pro-preview, 300, pro",
        "gemini-3.1-flash, 301, flash",
        "Gemini-3-Flash, 300, flash",
        "gemini-pro, 0, pro",
        "gemini-exp-1206, 0, pro",
        "gemini-flash-latest, 2147483647, flash",
        "gemma-3-27b, 0, pro"
    })
    void version_and_family_are_told_from_the_name(String name, int version, String family) {
        assertThat(Model.of(name)).isEqualTo(new Model(version, family));
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-3-flash, none, MINIMAL",
        "gemini-3-flash, medium, MEDIUM",
        "gemini-3-pro, minimal, LOW",
        "gemini-3-pro, medium, HIGH",
        "gemini-3.1-pro, medium, MEDIUM",
        "gemini-3-pro, xhigh, HIGH"
    })
    void an_effort_becomes_a_level_that_the_model_has(String name, String effort, String level) {
        assertThat(Model.of(name).thinkingLevel(effort)).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-flash, none, 0",
        "gemini-2.5-pro, none, 128",
        "gemini-2.5-flash, low, 1024",
        "gemini-2.5-pro, medium, 8192",
        "gemini-2.5-flash, high, 24576"
    })
    void an_effort_becomes_a_budget_that_the_model_takes(String name, String effort, int tokens) {
        assertThat(Model.of(name).thinkingBudget(effort)).isEqualTo(tokens);
    }

    @Test
    void a_word_that_is_no_effort_is_told() {
        assertThat(Model.of("gemini-3-pro").thinkingLevel("a lot")).isNull();
        assertThat(Model.of("gemini-2.5-pro").thinkingBudget("a lot")).isNull();
    }
}
