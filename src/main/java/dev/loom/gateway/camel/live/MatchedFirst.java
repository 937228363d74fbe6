package dev.loom.gateway.camel.live;

import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * A router that tries the paths most asked for before the gateway's others. Vert.x compares a request with one route after
 * another and builds a string for each: with thirty routes in front, a tenth of what a small request allocates. What stands
 * before all routes, such as the gate, stays there: it is the others that are put off.
 */
final class MatchedFirst extends VertxPlatformHttpRouter {

    private static final Set<String> MOST_ASKED = Set.of("/v1/chat/completions", "/v1/messages", "/v1/responses");

    /** Behind every route that got its place by its turn, before the one that answers for what none takes. */
    private static final int LATER = 1 << 20;

    private final VertxPlatformHttpRouter all;
    /** No place twice: Vert.x does not find a route to be removed among others of its place. */
    private final AtomicInteger turn = new AtomicInteger(LATER);

    private MatchedFirst(VertxPlatformHttpRouter all, String name) {
        super(all.getServer(), all.vertx(), all, name);
        this.all = all;
    }

    static String nameFor(int port) {
        return VertxPlatformHttpRouter.getRouterNameFromPort(port) + "-loom";
    }

    /** Makes one for a server that is there. It is found by its name only: by its type, it would be taken for another server's. */
    static void in(CamelContext context, int port) {
        String name = nameFor(port);
        VertxPlatformHttpRouter all =
                VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        if (all != null && context.getRegistry().lookupByName(name) == null) {
            MatchedFirst first = new MatchedFirst(all, name);
            context.getRegistry().bind(name, Object.class, (Supplier<Object>) () -> first);
        }
    }

    @Override
    public Route route(String path) {
        Route route = super.route(path);
        return MOST_ASKED.contains(path) ? route : route.order(turn.getAndIncrement());
    }

    @Override
    public Handler<RoutingContext> bodyHandler() {
        return all.bodyHandler();
    }
}
