package dev.loom.gateway.client.messages;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pictures in answers, for which Anthropic has no block: Markdown, which many clients show, in a text of its own. */
final class Pictures {

    private static final Pattern TEXT =
            Pattern.compile("!\\[image]\\((data:image/[a-z.+-]+;base64,[A-Za-z0-9+/=]*)\\)");

    private Pictures() {}

    static String text(String url) {
        return "![image](" + url + ")";
    }

    /** The address of the picture that such a text was; null where it is another text. */
    static @Nullable String url(String text) {
        Matcher picture = TEXT.matcher(text);
        return picture.matches() ? picture.group(1) : null;
    }
}
