package dev.loom.gateway.routing;

import java.util.Collection;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a client's model name meets a provider's entries: exactly; or an undated name against a dated entry of the same
 * family and the other way round ({@code claude-3-opus} and {@code claude-3-opus-20240229}); or a {@code *} at the end
 * of an entry.
 */
final class ModelNames {

    /** {@code -20240229}, {@code @20240229}, {@code -2024-08-06} or {@code -0613} at the end of a name. */
    private static final Pattern DATE = Pattern.compile(
            "[-@](20\\d{2}(0[1-9]|1[0-2])[0-3]\\d|20\\d{2}-(0[1-9]|1[0-2])-[0-3]\\d|(0[1-9]|1[0-2])[0-3]\\d)$");

    private ModelNames() {}

    /** The entry that serves the model best, or null: exact before dated (the latest), before the longest wildcard. */
    static @Nullable String bestMatch(Collection<String> entries, String model) {
        if (entries.contains(model)) {
            return model;
        }
        return entries.stream()
                .filter(entry -> sameFamily(entry, model))
                .max(Comparator.naturalOrder())
                .orElseGet(() -> longestWildcard(entries, model));
    }

    /** The longest entry ending in {@code *} whose beginning the model shares, or null. */
    static @Nullable String longestWildcard(Collection<String> entries, String model) {
        return entries.stream()
                .filter(entry -> isWildcard(entry) && model.startsWith(entry.substring(0, entry.length() - 1)))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    static boolean isWildcard(String entry) {
        return entry.endsWith("*");
    }

    /** One of the two is dated, the other is not, and they are the same but for the date. */
    private static boolean sameFamily(String entry, String model) {
        String family = undated(entry);
        String asked = undated(model);
        return family.equals(asked) && (family.length() == entry.length() || asked.length() == model.length());
    }

    private static String undated(String name) {
        Matcher date = DATE.matcher(name);
        return date.find() ? name.substring(0, date.start()) : name;
    }
}
