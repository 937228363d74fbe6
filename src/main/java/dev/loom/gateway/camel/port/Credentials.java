package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that a client shows, in whichever place its language has for them. An empty one is none. */
final class Credentials {

    private static final String[] HEADERS = {"x-api-key", "api-key", "x-goog-api-key"};

    /** Of one request, in all places; each is compared with every hash that the gateway knows. */
    private static final int MOST = 8;

    private Credentials() {}

    static List<String> of(HttpServerRequest request) {
        List<String> shown = new ArrayList<>(1);
        for (String authorization : request.headers().getAll("Authorization")) {
            add(shown, Authorization.credentials(authorization, "Bearer"));
        }
        for (String header : HEADERS) {
            request.headers().getAll(header).forEach(key -> add(shown, key));
        }
        return shown;
    }

    private static void add(List<String> shown, @Nullable String key) {
        if (key != null && !key.isBlank() && shown.size() < MOST) {
            shown.add(key.trim());
        }
    }
}
