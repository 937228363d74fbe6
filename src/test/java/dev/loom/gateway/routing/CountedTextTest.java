package dev.loom.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTextTest {

    @Test
    void each_vocabulary_counts_as_its_own() {
        String text = "안녕하세요, नमस्ते"; // of which the older one knows less
        assertThat(Vocabulary.of("cl100k_base").count(text))
                .isGreaterThan(Vocabulary.of("o200k_base").count(text));
    }

    @Test
    void a_text_in_pieces_has_as_many_tokens_as_in_one() {
        String text = Corpus.ofLength(Corpus.TEXTS.values().iterator().next(), 100_000);
        for (Vocabulary vocabulary : Vocabulary.values()) {
            CountedText counted = new CountedText(vocabulary);
            for (int i = 0; i < text.length(); i += 7) {
                counted.add(text.substring(i, Math.min(text.length(), i + 7)));
            }
            assertThat(counted.tokens()).isEqualTo(vocabulary.count(text));
        }
    }

    @Test
    void a_text_without_spaces_is_counted_too_and_one_that_is_cleared_is_not() {
        CountedText counted = new CountedText(Vocabulary.CL100K_BASE);
        for (int i = 0; i < 20_000; i++) {
            counted.add("字");
        }
        assertThat(counted.tokens()).isBetween(19_000L, 21_000L);
        counted.clear();
        counted.add("two words");
        assertThat(counted.tokens()).isEqualTo(2);
    }
}
