package dev.loom.gateway.camel.request;

import dev.loom.gateway.client.RawRequest;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client's HTTP request as its language reads it. */
final class Received {

    private Received() {}

    static RawRequest of(HttpServerRequest http, byte[] body, Instant received, @Nullable String caller) {
        return new RawRequest(path(http.path()), http::getParam, http::getHeader, body, received, caller);
    }

    /** Decoded; a plus is a plus. */
    static String path(String raw) {
        return raw.indexOf('%') < 0 ? raw : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
