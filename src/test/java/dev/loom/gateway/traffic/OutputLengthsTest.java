package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutputLengthsTest {

    private final OutputLengths lengths = new OutputLengths();

    @Test
    void an_unknown_model_is_expected_to_use_what_it_may() {
        assertThat(lengths.expected("gpt-4o", 2_000)).isEqualTo(2_000);
    }

    @Test
    void an_unknown_model_without_a_bound_is_expected_to_answer_500_tokens() {
        assertThat(lengths.expected("gpt-4o", null)).isEqualTo(500);
    }

    @Test
    void twenty_answers_teach_a_mean() {
        learn("gpt-4o", 19, 100);
        assertThat(lengths.expected("gpt-4o", 2_000)).isEqualTo(2_000);

        lengths.record("gpt-4o", 300);
        assertThat(lengths.expected("gpt-4o", 2_000)).isEqualTo(110);
        assertThat(lengths.expected("gpt-4o", null)).isEqualTo(110);
    }

    @Test
    void it_is_never_more_than_max_tokens() {
        learn("gpt-4o", 20, 900);

        assertThat(lengths.expected("gpt-4o", 50)).isEqualTo(50);
    }

    @Test
    void each_model_is_learned_for_itself() {
        learn("gpt-4o", 20, 900);

        assertThat(lengths.expected("gpt-4o-mini", null)).isEqualTo(500);
    }

    @Test
    void made_up_names_do_not_fill_the_memory() {
        learn("gpt-4o", 1, 100);
        for (int i = 0; i < 1_000; i++) {
            lengths.record("made-up-" + i, 1);
        }
        learn("one-too-many", 20, 100);
        learn("gpt-4o", 19, 100);

        assertThat(lengths.expected("one-too-many", null)).isEqualTo(500);
        assertThat(lengths.expected("gpt-4o", null)).isEqualTo(100);
    }

    private void learn(String model, int answers, long tokens) {
        for (int i = 0; i < answers; i++) {
            lengths.record(model, tokens);
        }
    }
}
