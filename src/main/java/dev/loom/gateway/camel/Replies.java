package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;

/** Answers that are given before, or instead of, a Camel route. */
final class Replies {

    private Replies() {}

    static void send(RoutingContext context, Reply reply) {
        HttpServerResponse response = context.response();
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        response.putHeader("x-request-id", RequestIds.of(context.request()));
        response.end(Buffer.buffer(reply.body()));
    }

    /** Answers what no route of the router takes: 404, 405, 415, and 413 for a body that is too long. */
    static void forUnmatched(Router router, long maxBody) {
        router.route()
                .last()
                .handler(context -> send(context, unmatched(router, context)))
                .failureHandler(context -> send(context, failed(context, maxBody)));
    }

    private static Reply unmatched(Router router, RoutingContext context) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && route.methods() != null && matches(route, context.normalizedPath())) {
                route.methods().stream().map(HttpMethod::name).forEach(methods::add);
            }
        }
        if (methods.isEmpty()) {
            return Reply.error(
                    404,
                    ApiError.invalidRequest(
                            "Unknown path: " + AnswerHeaders.printable(context.normalizedPath()), null, "unknown_url"));
        }
        if (!methods.contains(context.request().method().name())) {
            String allowed = String.join(", ", methods);
            return Reply.error(
                            405,
                            ApiError.invalidRequest(
                                    "Method not allowed here; allowed: " + allowed + ".", null, "method_not_allowed"))
                    .with("Allow", allowed);
        }
        return Reply.error(
                415,
                ApiError.invalidRequest(
                        "The request must have 'Content-Type: application/json'.",
                        "Content-Type",
                        "unsupported_media_type"));
    }

    private static boolean matches(Route route, String path) {
        String own = route.getPath();
        return own.equals(path) || (route.isRegexPath() && path.matches(own.replaceAll(":[A-Za-z]+", "[^/]+")));
    }

    private static Reply failed(RoutingContext context, long maxBody) {
        return context.statusCode() == 413
                ? Reply.error(
                        413,
                        ApiError.invalidRequest(
                                "The request body is longer than " + maxBody + " bytes (server.max_body).",
                                null,
                                "request_too_large"))
                : Reply.error(
                        context.statusCode() < 400 ? 500 : context.statusCode(),
                        ApiError.server("The request could not be served.", null));
    }
}
