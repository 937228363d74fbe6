package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.AdminConfig;
import dev.loom.gateway.provider.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first to see every request on the admin port. Where a token or basic access is configured, it is needed for
 * everything but probes; where none is, the port is bound to loopback, and calls that change something must not come
 * from a web page that the operator happens to have open. The same holds for a browser that has been given access.
 */
public final class AdminGate implements Handler<RoutingContext> {

    private static final String OBSERVE = "/observe/";

    private static final Set<String> PROBES = Set.of("/live", "/ready");
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** It has a body and changes nothing. */
    private static final String EXPLAIN = "/ai/route/explain";

    private final Supplier<AdminConfig> config;
    private final BooleanSupplier serving;

    public AdminGate(Supplier<AdminConfig> config, BooleanSupplier serving) {
        this.config = config;
        this.serving = serving;
    }

    @Override
    public void handle(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.startsWith(OBSERVE)) {
            // The convention of Camel's observability services; the twin of each path is one of ours.
            context.reroute(context.request().method(), path.substring(OBSERVE.length() - 1));
            return;
        }
        Reply refusal = refusal(context.request(), context.normalizedPath());
        if (refusal == null) {
            context.response().putHeader("x-request-id", RequestIds.of(context.request()));
            context.next();
        } else {
            Replies.send(context, refusal);
        }
    }

    private @Nullable Reply refusal(HttpServerRequest request, String path) {
        if (!serving.getAsBoolean()) {
            return Reply.error(503, ApiError.server("The gateway is starting.", "not_ready"));
        }
        AdminConfig admin = config.get();
        boolean open = PROBES.contains(path) || (admin.publicMetrics() && path.equals("/metrics"));
        if (open) {
            return null;
        }
        if (admin.token() == null && admin.basic() == null) {
            return Loopback.isAskedFor(request) ? unsafe(request, path) : elsewhere();
        }
        if (!isAllowed(admin, request.getHeader("Authorization"))) {
            return unauthorized(request, path)
                    .with("WWW-Authenticate", admin.basic() != null ? "Basic realm=\"loom\"" : "Bearer");
        }
        return isForged(request) ? forged() : null;
    }

    /**
     * A browser that knows the password of {@code admin.basic} sends it along with whatever any web page makes it send, and
     * says with {@code Origin} that a page did.
     */
    private static boolean isForged(HttpServerRequest request) {
        return request.getHeader("Origin") != null
                && !READS.contains(request.method())
                && !isJson(request.getHeader("Content-Type"));
    }

    private static Reply forged() {
        return Reply.error(
                403,
                ApiError.invalidRequest(
                        "A call that changes something and comes from a web page needs 'Content-Type: application/json'.",
                        null,
                        null));
    }

    /** Null where no web page can have sent it, or nothing is changed by it. A page's calls have {@code Origin}. */
    private static @Nullable Reply unsafe(HttpServerRequest request, String path) {
        if (READS.contains(request.method())) {
            return null;
        }
        if (Origins.isForeign(request)) {
            return Origins.refused("Without admin.token or admin.basic it may only read.");
        }
        boolean asksOnly = path.equals(EXPLAIN) && request.getHeader("Origin") == null;
        return asksOnly || isJson(request.getHeader("Content-Type")) ? null : forbidden();
    }

    /** A type that a web page cannot send elsewhere without asking first. Hawtio says {@code text/json}. */
    private static boolean isJson(@Nullable String type) {
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/json") || lower.startsWith("text/json");
    }

    private static boolean isAllowed(AdminConfig admin, @Nullable String authorization) {
        String bearer = Authorization.credentials(authorization, "Bearer");
        String basic = Authorization.credentials(authorization, "Basic");
        return (admin.token() != null && isSame(bearer, admin.token().value()))
                || (admin.basic() != null && isSame(basic, encoded(admin.basic())));
    }

    /** By their digests, so that the time that it takes tells nothing. */
    private static boolean isSame(@Nullable String presented, String expected) {
        return presented != null
                && ClientKeys.digest(ClientKeys.bytes(presented))
                        .equals(ClientKeys.digest(expected.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(AdminConfig.Basic basic) {
        String pair = basic.user() + ":" + basic.password().value();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** A browser that asks for the page gets it all the same: the page then asks for the token. */
    private static Reply unauthorized(HttpServerRequest request, String path) {
        String accept = request.getHeader("Accept");
        boolean asksForPage =
                path.equals("/") && READS.contains(request.method()) && accept != null && accept.contains("text/html");
        return asksForPage
                ? StatusPage.reply(401)
                : Reply.error(401, ApiError.invalidRequest("The admin port needs the configured access.", null, null));
    }

    private static Reply forbidden() {
        return Reply.error(
                403,
                ApiError.invalidRequest(
                        "Without admin.token or admin.basic, a call that changes something needs the header"
                                + " 'Content-Type: application/json'.",
                        "Content-Type",
                        null));
    }

    private static Reply elsewhere() {
        return Reply.error(
                403,
                ApiError.invalidRequest(
                        "Without admin.token or admin.basic, only requests to localhost are served here.",
                        "Host",
                        null));
    }
}
