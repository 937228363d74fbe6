package dev.loom.gateway.testing;

import java.util.List;

/** The language of one kind of provider, as its server speaks it. */
public interface Voice {

    /** A whole answer. */
    String answer(Said said);

    /** The events of a stream, each with its empty line at the end. */
    List<String> events(Said said);

    /** The body that goes with a status. */
    String error(int status, String message);

    /** Two embeddings: 1 and 2. */
    String embeddings();

    /** JSON in which an apostrophe stands for a quotation mark. */
    static String json(String template, Object... values) {
        return template.replace('\'', '"').formatted(values);
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
