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

    @Test
    void one_answer_counts_no_more_than_the_longest_there_can_be() {
        learn("gpt-4o", 19, 100);
        lengths.record("gpt-4o", Integer.MAX_VALUE);

        assertThat(lengths.expected("gpt-4o", null)).isEqualTo((19 * 100 + OutputLengths.LONGEST) / 20);
    }

    @Test
    void what_was_long_ago_is_forgotten() {
        learn("gpt-4o", 10 * OutputLengths.MOST_ANSWERS, OutputLengths.LONGEST);
        learn("gpt-4o", 10 * OutputLengths.MOST_ANSWERS, 100);

        assertThat(lengths.expected("gpt-4o", null)).isLessThan(110);
    }

    @Test
    void the_mean_of_equal_answers_stays_the_same() {
        for (int i = 1; i <= 5 * OutputLengths.MOST_ANSWERS; i++) {
            lengths.record("gpt-4o", 77);
            if (i >= OutputLengths.ENOUGH_ANSWERS) {
                assertThat(lengths.expected("gpt-4o", null)).isEqualTo(77);
            }
        }
    }

    private void learn(String model, int answers, long tokens) {
        for (int i = 0; i < answers; i++) {
            lengths.record(model, tokens);
        }
    }
}
