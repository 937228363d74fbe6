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

    /** Levenshtein's distance, in which two letters that have changed places are one mistake, regardless of case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] best = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                best[i][j] = i == 0 || j == 0 ? i + j : best(best, a, b, i, j);
            }
        }
        return best[a.length()][b.length()];
    }

    private static int best(int[][] before, String a, String b, int i, int j) {
        int replaced = before[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(before[i - 1][j], before[i][j - 1]));
        boolean changedPlaces =
                i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return changedPlaces ? Math.min(least, before[i - 2][j - 2] + 1) : least;
    }
}
