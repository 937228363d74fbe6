package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's clients may show their key as {@code ?key=}. It becomes a header before anybody looks at the request, so that
 * whoever writes down a URL, as traces and steps of routes may, does not write down a key.
 */
final class QueryKey {

    private static final String GEMINI = "/v1beta/";
    private static final Pattern KEY = Pattern.compile("(^|&)key=([^&]*)");

    private QueryKey() {}

    /**
     * The query without the key; the same where there is none, or where the path is not Gemini's.
     *
     * @param path where the request goes
     */
    static @Nullable String moved(HttpServerRequest request, String path) {
        String query = request.query();
        if (query == null || !path.startsWith(GEMINI)) {
            return query;
        }
        Matcher key = KEY.matcher(query);
        if (!key.find()) {
            return query;
        }
        show(request, key.group(2));
        String rest = KEY.matcher(query).replaceAll("").replaceFirst("^&", "");
        return rest.isEmpty() ? null : rest;
    }

    private static void show(HttpServerRequest request, String encoded) {
        try {
            request.headers().add("x-goog-api-key", URLDecoder.decode(encoded, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // What cannot be a header's value is nobody's key.
        }
    }
}
