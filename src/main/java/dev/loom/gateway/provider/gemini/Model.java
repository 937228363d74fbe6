package dev.loom.gateway.provider.gemini;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Gemini model understands, told from its name: {@code gemini-2.5-flash-lite} is 2.5. A name that ends in
 * {@code -latest} counts as the newest; any other name without a version counts as an old model, which is sent less.
 *
 * @param version major times 100 plus minor: 205 is 2.5
 * @param family {@code pro}, {@code flash} or {@code flash-lite}
 */
record Model(int version, String family) {

    private static final Pattern VERSION = Pattern.compile("gemini-(\\d{1,3})(?:\\.(\\d{1,2}))?(?!\\d)");
    private static final int OLDEST = 0;
    private static final int NEWEST = Integer.MAX_VALUE;

    static Model of(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String family = name.contains("flash-lite") ? "flash-lite" : name.contains("flash") ? "flash" : "pro";
        Matcher matcher = VERSION.matcher(name);
        if (matcher.lookingAt()) {
            int minor = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
            return new Model(Integer.parseInt(matcher.group(1)) * 100 + minor, family);
        }
        return new Model(name.endsWith("-latest") ? NEWEST : OLDEST, family);
    }

    /** From Gemini 3 on a function call in the history must carry its thought signature. */
    boolean needsThoughtSignatures() {
        return version >= 300;
    }

    /** From Gemini 2.5 on {@code responseJsonSchema} takes a JSON Schema as it is. */
    boolean readsJsonSchema() {
        return version >= 205;
    }

    /** From Gemini 3 on JSON can be asked for beside tools. */
    boolean answersJsonBesideTools() {
        return version >= 300;
    }

    /** From Gemini 3 on the result of a function may have pictures of its own. */
    boolean readsPicturesInResults() {
        return version >= 300;
    }

    boolean thinksByLevel() {
        return version >= 300;
    }

    boolean thinksByBudget() {
        return version >= 205 && version < 300;
    }

    /**
     * {@code thinkingLevel} for an effort in OpenAI's words; null for a word that is none. Pro models know no
     * {@code MINIMAL}, and 3.0 Pro no {@code MEDIUM}, which Google's own OpenAI layer raises to {@code HIGH}.
     */
    @Nullable
    String thinkingLevel(String effort) {
        boolean pro = family.equals("pro");
        return switch (effort) {
            case "none", "minimal" -> pro ? "LOW" : "MINIMAL";
            case "low" -> "LOW";
            case "medium" -> pro && version == 300 ? "HIGH" : "MEDIUM";
            case "high", "xhigh", "max" -> "HIGH";
            default -> null;
        };
    }

    /**
     * {@code thinkingBudget} in tokens; null for a word that is no effort. 1024, 8192 and 24576 are the figures of
     * Google's own OpenAI layer; 128 is the least that 2.5 Pro accepts, which cannot be kept from thinking.
     */
    @Nullable
    Integer thinkingBudget(String effort) {
        return switch (effort) {
            case "none" -> family.equals("pro") ? 128 : 0;
            case "minimal", "low" -> 1024;
            case "medium" -> 8192;
            case "high", "xhigh", "max" -> 24_576;
            default -> null;
        };
    }
}
