package dev.loom.gateway.config.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what the user probably meant. */
public final class Suggestion {

    private Suggestion() {}

    /** {@code "; did you mean x?"} for the nearest of the choices, or nothing where none is near. */
    public static String of(String word, Collection<String> choices) {
        int limit = word.length() <= 3 ? 1 : Math.max(2, word.length() / 3);
        return choices.stream()
                .filter(choice -> distance(word, choice) <= limit)
                .min(Comparator.comparingInt(choice -> distance(word, choice)))
                .map(choice -> "; did you mean " + choice + "?")
                .orElse("");
    }

    /** As {@link #of(String, Collection)}, followed by a sentence on what is possible. */
    public static String of(String word, Collection<String> choices, String possible) {
        String suggestion = of(word, choices);
        return suggestion + (suggestion.isEmpty() ? "; " : " ") + possible;
    }

    /** Levenshtein's distance, regardless of case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
