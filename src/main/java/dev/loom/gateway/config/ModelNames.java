package dev.loom.gateway.config;

import java.util.Collection;
import java.util.regex.Pattern;

/** Whether a model's name matches an entry of {@code models}. */
final class ModelNames {

    /** {@code -20240229}, {@code @20240229}, {@code -2024-02-29}, and OpenAI's older {@code -0613}. */
    private static final Pattern DATE = Pattern.compile("[-@](\\d{8}|\\d{4}-\\d{2}-\\d{2}|\\d{4})$");

    private ModelNames() {}

    static boolean anyMatches(Collection<String> entries, String model) {
        return entries.stream().anyMatch(entry -> matches(entry, model));
    }

    /** The same name, or the same but for a date that one of them lacks, or the beginning that stands before a {@code *}. */
    static boolean matches(String entry, String model) {
        if (entry.endsWith("*")) {
            return model.startsWith(entry.substring(0, entry.length() - 1));
        }
        return entry.equals(model) || undated(entry).equals(model) || entry.equals(undated(model));
    }

    private static String undated(String name) {
        return DATE.matcher(name).replaceFirst("");
    }
}
