package dev.loom.gateway.config;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a model's name matches an entry of {@code models}, of {@code cost} or of {@code max_output_tokens}. */
final class ModelNames {

    /** {@code -20240229}, {@code @20240229}, {@code -2024-02-29}, and OpenAI's older {@code -0613}. */
    private static final Pattern DATE = Pattern.compile("[-@](\\d{8}|\\d{4}-\\d{2}-\\d{2}|\\d{4})");

    private ModelNames() {}

    static boolean anyMatches(Collection<String> entries, String model) {
        return entries.stream().anyMatch(entry -> matches(entry, model));
    }

    /** The same name, or the same but for a date that one of them lacks, or the beginning that stands before a {@code *}. */
    static boolean matches(String entry, String model) {
        if (entry.endsWith("*")) {
            return model.startsWith(entry.substring(0, entry.length() - 1));
        }
        return entry.equals(model) || isDated(entry, model) || isDated(model, entry);
    }

    private static boolean isDated(String longer, String name) {
        return longer.startsWith(name)
                && DATE.matcher(longer.substring(name.length())).matches();
    }

    /** What is said of the name that meets a model's best: the same one, else the same but for a date, else the longest with a {@code *}. */
    static <T> @Nullable T closest(Map<String, T> byModel, String model) {
        T own = byModel.get(model);
        if (own != null || byModel.isEmpty()) {
            return own;
        }
        String best = null;
        for (String entry : byModel.keySet()) {
            if (matches(entry, model) && (best == null || isCloser(entry, best))) {
                best = entry;
            }
        }
        return best == null ? null : byModel.get(best);
    }

    private static boolean isCloser(String entry, String other) {
        boolean stands = other.endsWith("*");
        return entry.endsWith("*") == stands ? entry.length() > other.length() : stands;
    }
}
