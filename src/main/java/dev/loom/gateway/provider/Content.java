package dev.loom.gateway.provider;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A body that passes to a provider, perhaps too large to be held in memory. Can be written more than once. */
public interface Content {

    /** Nothing at all. */
    Content NONE = new JsonContent(new byte[0]);

    /** Bytes. */
    long length();

    /** All of it where it is JSON; null where it is something else. */
    byte @Nullable [] json();

    /** The name of the model in it; empty where it names none. */
    String model();

    /** Short texts of a form, by the names of their fields; none of anything else. */
    List<Map.Entry<String, String>> fields();

    /** The same with another model's name in the place of its own. */
    Content withModel(String name);

    void writeTo(OutputStream out) throws IOException;
}
