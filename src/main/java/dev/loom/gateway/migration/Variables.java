package dev.loom.gateway.migration;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code os.environ/NAME} is written {@code ${NAME}} here. */
final class Variables {

    private static final String PREFIX = "os.environ/";
    private static final String DOLLAR = "${";
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{0,15}\\.?\\d{1,15}([eE][-+]?\\d{1,2})?");

    private Variables() {}

    static boolean is(String text) {
        return text.startsWith(PREFIX);
    }

    /** Any other text stays what it is: what would be a variable of ours is escaped. */
    static String of(String text) {
        return is(text) ? "${%s}".formatted(text.substring(PREFIX.length())) : text.replace(DOLLAR, "$" + DOLLAR);
    }

    /** A number or a boolean where the file has one without quotes. */
    static @Nullable Object scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
            return of(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        if (text.isEmpty() || text.equals("null") || text.equals("~")) {
            return null;
        }
        if (NUMBER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : of(text);
    }
}
