package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first to see every request on the client port, before its body is read: refuses what has no valid key, what comes
 * while the gateway stops, and what is one too many.
 */
public final class ClientGate implements Handler<RoutingContext> {

    private static final int TOO_MANY = 429;

    private final Supplier<@Nullable ClientKeys> keys;
    private final Stopping stopping;
    private final InFlight inFlight;
    private final Lag lag;
    private final Refusals refusals;
    private volatile boolean fromHereOnly;

    public ClientGate(
            Supplier<@Nullable ClientKeys> keys, Stopping stopping, InFlight inFlight, Lag lag, Refusals refusals) {
        this.keys = keys;
        this.stopping = stopping;
        this.inFlight = inFlight;
        this.lag = lag;
        this.refusals = refusals;
    }

    Refusals refusals() {
        return refusals;
    }

    /** Set before the port opens: whether it is bound to loopback. */
    void fromHereOnly(boolean bound) {
        fromHereOnly = bound;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        ClientKeys current = keys.get();
        if (current != null && Cors.answered(current.server().cors(), request)) {
            return;
        }
        String meant = ServedPath.meant(request.method(), request.path());
        String path = meant == null ? request.path() : meant;
        String query = QueryKey.moved(request, path);
        if (meant != null || !Objects.equals(query, request.query())) {
            context.reroute(query == null ? path : path + "?" + query);
        } else if (isHello(request)) {
            Replies.send(context, new Reply(200, Map.of(), new byte[0]));
        } else {
            admit(context);
        }
    }

    /** Clients look whether anybody is there, before they show a key. */
    private static boolean isHello(HttpServerRequest request) {
        return request.method().equals(HttpMethod.HEAD) && request.path().equals("/");
    }

    private void admit(RoutingContext context) {
        Reply refusal = refusal(context);
        if (refusal == null) {
            inFlight.entered(context.request());
            Taken.by(context).add(() -> inFlight.left(context.request()));
            context.next();
        } else if (refusal.status() == TOO_MANY) {
            refusals.send(context, refusal);
        } else {
            Replies.send(context, refusal);
        }
    }

    private @Nullable Reply refusal(RoutingContext context) {
        HttpServerRequest request = context.request();
        ClientKeys current = keys.get();
        if (current == null || stopping.refuses()) {
            return Reply.error(503, ApiError.server("The gateway is starting or stopping.", "not_ready"))
                    .with("Retry-After", "1");
        }
        if (isRebound(current.server(), request)) {
            return Reply.error(
                    403,
                    ApiError.invalidRequest(
                            "Without server.api_keys only requests to localhost are served here. Set server.api_keys, or"
                                    + " server.allow_anonymous to serve everyone.",
                            "Host",
                            "host_not_allowed"));
        }
        if (!current.required() && isOfOtherPage(current.server(), request)) {
            return Origins.refused("Without server.api_keys it needs server.cors, with the page's origin.");
        }
        if (!isAllowed(current, request)) {
            return Reply.error(
                            401,
                            ApiError.invalidRequest(
                                    "A valid API key of this gateway is needed, as 'Authorization: Bearer <key>', 'x-api-key', 'api-key'"
                                            + " or 'x-goog-api-key'.",
                                    null,
                                    "invalid_api_key"))
                    .with("WWW-Authenticate", "Bearer");
        }
        return overload(context, current.server());
    }

    private @Nullable Reply overload(RoutingContext context, ServerConfig server) {
        if (lag.isTooLong(context.vertx(), server.maxLag())) {
            return overloaded(
                    "The gateway has more to do than its processors can: requests wait for them for longer than "
                            + server.maxLag().toMillis() + " ms (server.max_lag).");
        }
        return inFlight.isFull(server.maxRequests()) ? tooMany(server.maxRequests()) : null;
    }

    /** A web page that the user happens to have open must not spend what the providers' keys allow. */
    private boolean isRebound(ServerConfig server, HttpServerRequest request) {
        return fromHereOnly && server.apiKeys().isEmpty() && !server.allowAnonymous() && !Loopback.isAskedFor(request);
    }

    /** The same of a page that calls by this machine's own name, or that reaches a port on which everyone is served. */
    private static boolean isOfOtherPage(ServerConfig server, HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return Origins.isForeign(request) && !server.cors().allows(origin == null ? "null" : origin);
    }

    /** Also said later, to one of several that have passed the gate together. */
    public static Reply tooMany(int most) {
        return overloaded("The gateway serves as many requests at once as it may (" + most + ", server.max_requests).");
    }

    private static Reply overloaded(String message) {
        return Reply.error(TOO_MANY, ApiError.server(message, "overloaded")).with("Retry-After", "1");
    }

    private static boolean isAllowed(ClientKeys current, HttpServerRequest request) {
        return !current.required() || current.find(request).isPresent();
    }
}
