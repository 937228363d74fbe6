package dev.loom.gateway.config.yaml;

import java.util.regex.Pattern;

/** A variable as a shell or another tool writes it. Here it is plain text, which is hardly ever meant. */
final class ForeignVariable {

    /** {@code $NAME}, {@code $(NAME)}, {@code %NAME%}, {@code {{env:NAME}}}, {@code os.environ/NAME}, {@code env.NAME}. */
    private static final Pattern FORM = Pattern.compile("(Bearer )?(\\$[A-Z][A-Z0-9_]*|\\$\\(\\w+\\)|%[A-Z][A-Z0-9_]*%"
            + "|\\{\\{.*}}|os\\.environ/\\w+|env[.:/]\\w+)");

    private ForeignVariable() {}

    static boolean is(String text) {
        return FORM.matcher(text).matches();
    }

    /** For the message on a value that is wrong, too. */
    static String hint(String text) {
        return is(text) ? "; write ${NAME} for a variable of the environment" : "";
    }
}
