package dev.loom.gateway.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            stpes  | ; did you mean steps?
            STEPS  | ; did you mean steps?
            step   | ; did you mean steps?
            spell  | ; did you mean spel?
            wehn   | ; did you mean when?
            xyz    | ''
            ''     | ''
            """)
    void the_nearest_word_is_meant_and_two_letters_that_have_changed_places_are_one_mistake(String word, String told) {
        assertThat(Suggestion.of(word, List.of("spel", "steps", "when"))).isEqualTo(told);
    }
}
