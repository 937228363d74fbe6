package dev.loom.gateway.provider.gemini;

import dev.loom.gateway.provider.UnsupportedRequest;
import java.nio.charset.StandardCharsets;

/** Names that become one segment of a URL's path; a model's name may be the client's text. */
final class UrlSegment {

    private static final String UNRESERVED = "-._~"; // RFC 3986, section 2.3, beside letters and digits

    private UrlSegment() {}

    /**
     * A model's name, percent-encoded.
     *
     * @throws UnsupportedRequest if it is empty or a step in a path, which no encoding hides
     */
    static String ofModel(String model) {
        if (model.isEmpty() || model.equals(".") || model.equals("..")) {
            throw new UnsupportedRequest("'" + model + "' cannot be the name of a provider's model.", "model");
        }
        return of(model);
    }

    /** The name with all but unreserved characters percent-encoded. */
    static String of(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0;
            out.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }
}
