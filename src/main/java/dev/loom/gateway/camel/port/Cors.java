package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.CorsConfig;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What browsers want to hear before they let a web page of another origin call the gateway ({@code server.cors}). */
final class Cors {

    private static final String METHODS = "GET, HEAD, POST, DELETE";

    private Cors() {}

    /**
     * Lets the page at which the user looks read the answer, if it is one that may.
     *
     * @return true if this was the browser's own question, which needs no key and is answered now
     */
    static boolean answered(CorsConfig cors, HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (cors.origins().isEmpty() || origin == null) {
            return false;
        }
        HttpServerResponse response = request.response().putHeader("Vary", "Origin");
        boolean allowed = cors.allows(origin);
        if (allowed) {
            response.putHeader("Access-Control-Allow-Origin", origin).putHeader("Access-Control-Expose-Headers", "*");
        }
        boolean asks = request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader("Access-Control-Request-Method") != null;
        if (asks) {
            answer(cors, request, allowed);
        }
        return asks;
    }

    private static void answer(CorsConfig cors, HttpServerRequest request, boolean allowed) {
        HttpServerResponse response = request.response().setStatusCode(204);
        if (allowed) {
            response.putHeader("Access-Control-Allow-Methods", METHODS)
                    .putHeader(
                            "Access-Control-Max-Age",
                            Long.toString(cors.maxAge().toSeconds()));
            String headers = headers(cors, request.getHeader("Access-Control-Request-Headers"));
            if (!headers.isEmpty()) {
                response.putHeader("Access-Control-Allow-Headers", headers);
            }
        }
        response.end();
    }

    /** Of those that the page wants to send, those that it may. */
    private static String headers(CorsConfig cors, @Nullable String wanted) {
        return wanted == null
                ? ""
                : Stream.of(wanted.split(",", -1))
                        .map(String::strip)
                        .filter(cors::allowsHeader)
                        .collect(Collectors.joining(", "));
    }
}
