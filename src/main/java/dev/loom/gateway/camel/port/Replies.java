package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.BadRequest;
import dev.loom.gateway.camel.port.wire.OutOfMemory;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.client.surfaces.Surfaces;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that are given before, or instead of, a Camel route. */
public final class Replies {

    /** Those that no route has seen are requests, too. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");

    private Replies() {}

    static void send(RoutingContext context, Reply reply) {
        log(context.request(), answer(context, reply), reply.status());
    }

    /**
     * Without a line in the log.
     *
     * @return the request's id
     */
    static String answer(RoutingContext context, Reply reply) {
        String id = RequestIds.of(context.request());
        Reply spoken = spoken(context.request(), reply, id);
        writeHead(context.request(), spoken, id);
        context.response().end(Buffer.buffer(spoken.body()));
        return id;
    }

    /** The line of a request that became no call. */
    public static void log(HttpServerRequest request, String id, int status) {
        RequestMdc.with(id, () -> LOG.info("{} {} status={}", request.method(), Printable.of(request.path()), status));
    }

    /** An answer in the language that the client seems to speak. */
    public static Reply spoken(HttpServerRequest request, Reply reply, String id) {
        Surface surface = Surfaces.spokenBy(request.path(), request::getHeader);
        return surface.hasHubsErrors() ? reply : reply.spokenIn(surface, UnaryOperator.identity(), id);
    }

    private static void writeHead(HttpServerRequest request, Reply reply, String id) {
        HttpServerResponse response = request.response();
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        response.putHeader("x-request-id", id);
    }

    /** Answers what is not HTTP, or is more of it than a request may have. */
    static void malformed(HttpServerRequest request) {
        Reply reply = refused(BadRequest.head(request.decoderResult()));
        writeHead(request, reply, RequestIds.of(request));
        request.response().end(Buffer.buffer(reply.body()));
    }

    private static Reply refused(BadRequest problem) {
        return last(told(problem));
    }

    private static Reply told(BadRequest problem) {
        String message = Objects.requireNonNull(problem.getMessage());
        return Reply.error(problem.status(), ApiError.invalidRequest(message, null, problem.code()));
    }

    /** Nobody knows where the next request would begin, or wants to read as far. */
    static Reply last(Reply reply) {
        return reply.with("Connection", "close");
    }

    /** Nothing is wrong with the request, but it comes at a bad time. */
    static Reply noRoom() {
        return Reply.error(429, ApiError.server(Memory.FULL, "overloaded")).with("Retry-After", "1");
    }

    private static Reply refused(int status, String message) {
        return Reply.error(status, ApiError.invalidRequest(message, null, null));
    }

    /** Answers a path that cannot be decoded, which no router looks at. */
    static void forBadPaths(Router root) {
        root.errorHandler(400, context -> send(context, badTarget()));
    }

    private static Reply badTarget() {
        return told(BadRequest.target());
    }

    /**
     * Answers what no route of the router takes: 404, 405, 415, and 413 for a body that is too long.
     *
     * @param open whether a path that a route takes is served
     * @param refusals where no worker is free
     */
    static void forUnmatched(Router router, long maxBody, Predicate<String> open, Refusals refusals) {
        router.route()
                .last()
                .handler(context -> send(context, unmatched(router, context, open)))
                .failureHandler(context -> fail(context, maxBody, refusals));
    }

    /** A request can also fail after its answer: the client leaves in the middle of a body that was refused. */
    private static void fail(RoutingContext context, long maxBody, Refusals refusals) {
        OutOfMemory.endIf(context.failure());
        if (context.response().headWritten()) {
            return;
        }
        Reply reply = failed(context, maxBody);
        if (reply.status() == 429) {
            refusals.send(context, reply);
        } else {
            send(context, reply);
        }
    }

    /** Why no route took the request: its path, its method or its media type. Long for the words of each. */
    private static Reply unmatched(Router router, RoutingContext context, Predicate<String> open) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && route.methods() != null && matches(route, context.normalizedPath())) {
                route.methods().stream().map(HttpMethod::name).forEach(methods::add);
            }
        }
        if (context.normalizedPath().startsWith("/v1/realtime")) {
            return Reply.error(
                    404,
                    ApiError.invalidRequest(
                            "Realtime sessions over WebSocket are not served here. Ask /v1/chat/completions or /v1/responses,"
                                    + " with \"stream\": true, or /v1/audio/... for speech.",
                            null,
                            "unsupported_endpoint"));
        }
        if (methods.isEmpty()) {
            return Reply.error(
                    404,
                    ApiError.invalidRequest(
                            "Unknown path: " + Printable.of(context.normalizedPath()) + ". Served here are: "
                                    + served(router, open) + ".",
                            null,
                            "unknown_url"));
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
                        "The request must have 'Content-Type: application/json', in UTF-8.",
                        "Content-Type",
                        "unsupported_media_type"));
    }

    /** Every path with its methods, for whoever has mistaken one. */
    private static String served(Router router, Predicate<String> open) {
        Set<String> served = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            if (path != null && route.methods() != null && open.test(path)) {
                String rest = route.isExactPath() || route.isRegexPath() ? "" : "...";
                route.methods().stream()
                        .filter(method -> !method.equals(HttpMethod.HEAD))
                        .forEach(method ->
                                served.add(path.replaceAll(":([A-Za-z]+)", "{$1}") + rest + " (" + method + ")"));
            }
        }
        return String.join(", ", served);
    }

    private static boolean matches(Route route, String path) {
        String own = route.getPath();
        return own.equals(path)
                || (!route.isExactPath() && path.startsWith(own))
                || (route.isRegexPath() && path.matches(own.replaceAll(":[A-Za-z]+", "[^/]+")));
    }

    private static Reply failed(RoutingContext context, long maxBody) {
        if (context.failure() instanceof BadRequest problem) {
            return refused(problem);
        }
        int status = context.statusCode();
        if (status == 413) {
            return last(Reply.error(
                    413,
                    ApiError.invalidRequest(
                            "The request body is longer than " + maxBody + " bytes (server.max_body).",
                            null,
                            "request_too_large")));
        }
        if (status == 429) {
            return Reply.error(
                            429,
                            ApiError.server(
                                    "All threads that serve requests are busy (server.worker_threads).", "overloaded"))
                    .with("Retry-After", "1");
        }
        if (status == 400) {
            return badTarget();
        }
        return status >= 400 && status < 500
                ? refused(status, "The request could not be served.")
                : Reply.error(status < 400 ? 500 : status, ApiError.server("The request could not be served.", null));
    }
}
