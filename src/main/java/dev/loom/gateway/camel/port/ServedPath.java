package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.SurfaceNames;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path that a client means. Clients put theirs behind a base URL that somebody has written, with {@code /v1} or
 * without, and with a slash at its end or without.
 */
final class ServedPath {

    /** What is read behind {@code /v1}, beside what passes there. */
    private static final Set<String> READ =
            Set.of("chat", "completions", "embeddings", "responses", "messages", "models");

    private ServedPath() {}

    /**
     * Null where the client means what it says, as nearly all do.
     *
     * @param path without the query
     */
    static @Nullable String meant(HttpMethod method, String path) {
        if (path.equals("/v1/chat/completions")) {
            return null;
        }
        String meant = path;
        while (meant.length() > 1 && meant.endsWith("/")) {
            meant = meant.substring(0, meant.length() - 1);
        }
        meant = meant.replaceFirst("^/openai(?=/v1/)", "").replaceFirst("^(/v1)+(?=/v1/|/v1beta/|/v1$)", "");
        String first = meant.substring(1).split("/", 2)[0];
        if (READ.contains(first) || SurfaceNames.PASSED.contains(first)) {
            meant = "/v1" + meant;
        }
        if (method.equals(HttpMethod.POST) && meant.startsWith("/v1/models/") && meant.lastIndexOf(':') > 0) {
            meant = "/v1beta" + meant.substring("/v1".length());
        }
        return meant.equals(path) ? null : meant;
    }
}
