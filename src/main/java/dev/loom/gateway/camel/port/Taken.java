package dev.loom.gateway.camel.port;

import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request has taken of the gateway: its place, its body's bytes or file. It is given back once, when the answer is
 * out; and where the client leaves before, as soon as nobody works on the request any more, since what a worker reads is
 * held whether somebody waits for it or not. Thread-safe.
 */
public final class Taken {

    private static final String KEY = "loomTaken";

    private final List<Runnable> returns = new ArrayList<>();
    private boolean working;
    private boolean over;

    private Taken() {}

    /** By this request. On its event loop. */
    public static Taken by(RoutingContext context) {
        Taken known = context.get(KEY);
        if (known != null) {
            return known;
        }
        Taken taken = new Taken();
        context.put(KEY, taken);
        context.addEndHandler(ended -> taken.ended(ended.succeeded()));
        return taken;
    }

    /** @param giveBack run once, at once where everything else is given back already */
    synchronized void add(Runnable giveBack) {
        if (over) {
            giveBack.run();
        } else {
            returns.add(giveBack);
        }
    }

    /** From now on somebody works on the request, until {@link #release}. */
    public synchronized void work() {
        working = true;
    }

    private synchronized void ended(boolean answered) {
        if (answered || !working) {
            release();
        }
    }

    /** Gives everything back. Called when nobody can look at it any more. */
    public synchronized void release() {
        over = true;
        returns.forEach(Runnable::run);
        returns.clear();
    }
}
