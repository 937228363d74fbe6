package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.RequestTrace;
import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Room;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.TrailEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the routes: what was asked ({@link #request}), what is planned ({@link #plan}), what is
 * tried now ({@link #attempt}), and who waits ({@link #client}). Long, since every step asks it for one of them. Exchanges are
 * copied by the load balancer and the circuit breaker; every copy carries this same object. Used by the request's own thread,
 * but for {@link #hangUp} and {@link #stop}.
 */
public final class Call implements InFlight.Request, SafeCopyProperty {

    /** Under which the exchange holds it, where no step of a route reaches it. */
    private static final String KEY = "loomCall";

    private final String id;
    private final Gateway gateway;
    private final ClientEnd client;
    private final Memory memory;
    private final Memory.Share held;
    private final Turns.Turn turn;
    private final @Nullable Surface surface;
    private final Running running = new Running();
    private final long startNanos;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean dispatching = new AtomicBoolean();
    private final List<Runnable> atEnd = new ArrayList<>(2);
    private final Passing passing = new Passing();
    private final Awaited awaited = new Awaited();
    private final Steps steps = new Steps();

    /** Plans before the last one, where a step has dispatched the request more than once. */
    private final List<Plan> earlier = new ArrayList<>(0);

    private @Nullable Exchange origin;
    private @Nullable String clientName;
    private @Nullable Charge charge;
    private @Nullable ClientRequest asked;
    private @Nullable ApiRequest request;
    private @Nullable Plan plan;
    private @Nullable RequestTrace trace;
    private boolean trailShown;

    /**
     * @param connection null for a step of another Camel flow
     * @param surface the client's language; null for a step of another Camel flow
     */
    Call(String id, @Nullable ClientConnection connection, @Nullable Surface surface, Gateway gateway, Memory memory) {
        this.id = id;
        this.surface = surface;
        this.gateway = gateway;
        this.memory = memory;
        this.held = memory.share();
        this.turn = memory.turns().turn();
        this.client = new ClientEnd(connection, gateway.config().logging().prompts());
        this.startNanos = gateway.time().nanoTime();
    }

    public static Call of(Exchange exchange) {
        Call call = find(exchange);
        if (call == null) {
            throw new IllegalStateException(
                    "No request has been accepted before this step: a route needs loomAcceptChat or the like first");
        }
        return call;
    }

    public static @Nullable Call find(Exchange exchange) {
        return exchange.getExchangeExtension().getSafeCopyProperty(KEY, Call.class);
    }

    /** From now on the exchange carries this call; null for the one of a flow that no longer runs. */
    public static void carry(Exchange exchange, @Nullable Call call) {
        exchange.getExchangeExtension().setSafeCopyProperty(KEY, call);
    }

    /** Copies of the exchange belong to the same request. */
    @Override
    public Call safeCopy() {
        return this;
    }

    /** The value of {@code x-request-id}. */
    public String id() {
        return id;
    }

    /** The configuration and state under which the request came in; a reload does not change it under way. */
    public Gateway gateway() {
        return gateway;
    }

    /** For what the request makes the gateway hold beside its own bytes and its answer. */
    Room room() {
        return turn.in(held);
    }

    /**
     * To be held while so much is read or written, and while nothing else is waited for.
     *
     * @param bytes of JSON
     */
    public Turns.Turn turn(long bytes) {
        return turn.take(bytes);
    }

    /** In which the bytes of an answer count. */
    public Memory memory() {
        return memory;
    }

    public ClientEnd client() {
        return client;
    }

    /** The client's language. Only for a client. */
    public Surface surface() {
        return Objects.requireNonNull(surface, "A step of a flow speaks the hub's language");
    }

    /** The request in the client's own words, which says how its answer is to be said. Only for a client. */
    public ClientRequest asked() {
        return Objects.requireNonNull(asked, "Not read yet");
    }

    @Nullable
    ClientRequest askedIfRead() {
        return asked;
    }

    /** The request as it came, where a provider may get it so; null where there is none, or a step has changed it. */
    public @Nullable Verbatim verbatim() {
        return request == null ? null : passing.request(request());
    }

    public Passing passing() {
        return passing;
    }

    Awaited awaited() {
        return awaited;
    }

    /** How the provider that is asked now answers. */
    public Dialect dialect() {
        Dialect spoken = passing.dialect();
        return spoken != null ? spoken : gateway.dialect(attempt().target());
    }

    void asked(ClientRequest read) {
        asked = read;
        request = read.hub();
    }

    /** As logs, traces and steps of routes call the surface; null as long as nothing is read. */
    @Nullable
    String surfaceName() {
        return surface != null && request != null ? surface.name() : request == null ? null : request.surface();
    }

    /** In the hub's words; steps of the route may have changed it, for all providers or for the one that is asked now. */
    public ApiRequest request() {
        ApiRequest now = running.request();
        return now != null ? now : Objects.requireNonNull(request, "Not read yet");
    }

    /** Takes up what steps have made of the request for the provider that is asked now. */
    public void takeUp(Exchange exchange) throws RequestEnded {
        ApiRequest now = ChangedRequest.forAttempt(exchange, this);
        if (now != request) {
            running.request(now);
        }
    }

    /** The name of the client's key; null where no key is asked for. */
    @Nullable
    String clientName() {
        return clientName;
    }

    /** Null where {@code token_accounting} is off, and as long as nothing is read. */
    @Nullable
    Charge charge() {
        return charge;
    }

    /** Whose request it is; null as long as nobody knows, and where {@code token_accounting} is off. */
    @Nullable
    String account() {
        return charge == null ? null : charge.account();
    }

    void charge(@Nullable Charge known) {
        charge = known;
    }

    void clientName(String name) {
        clientName = name;
    }

    public Steps steps() {
        return steps;
    }

    /** Whether steps have left the body as it was, but for having asked a model of their own. */
    boolean isUntouched(@Nullable Object body) {
        return body == request || (body != null && steps.isAnswer(body));
    }

    @Nullable
    ApiRequest requestIfRead() {
        return request;
    }

    public void request(ApiRequest read) {
        request = read;
    }

    public Plan plan() {
        return Objects.requireNonNull(plan, "Not planned yet");
    }

    @Nullable
    Plan planIfMade() {
        return plan;
    }

    List<Plan> earlierPlans() {
        return earlier;
    }

    /** Calls of providers, of all plans. */
    int attempts() {
        int all = plan == null ? 0 : plan.attempts();
        for (Plan before : earlier) {
            all += before.attempts();
        }
        return all;
    }

    /** What has happened at providers, of all plans. */
    List<TrailEntry> trail() {
        List<TrailEntry> last = plan == null ? List.of() : plan.trail();
        if (earlier.isEmpty()) {
            return last;
        }
        List<TrailEntry> all = new ArrayList<>();
        earlier.forEach(before -> all.addAll(before.trail()));
        all.addAll(last);
        return all;
    }

    void plan(Plan made) {
        if (plan != null) { // a route may ask twice
            plan.close();
            earlier.add(plan);
            if (charge != null) {
                charge.spent(plan.spendings());
            }
        }
        plan = made;
    }

    /** The exchange that came in, of which steps may make copies. */
    void origin(Exchange exchange) {
        origin = exchange;
    }

    boolean isCopy(Exchange exchange) {
        return exchange != origin;
    }

    /** True while providers are tried. */
    AtomicBoolean dispatching() {
        return dispatching;
    }

    /** Whether it is settled, so that nothing can be asked for it any more. */
    boolean isClosed() {
        return closed.get();
    }

    /** The attempt under way. */
    public Attempt attempt() {
        return running.attempt();
    }

    @Nullable
    Attempt attemptIfAny() {
        return running.attemptIfAny();
    }

    void attempt(Attempt started) {
        running.begin(started);
        if (charge != null) {
            charge.begin();
        }
    }

    /** The call of the provider that belongs to {@link #attempt}. */
    public UpstreamCall upstream() {
        return running.call();
    }

    public @Nullable UpstreamCall upstreamIfAny() {
        return running.callIfAny();
    }

    /** Makes a call known, so that a hang-up or a stop can cancel it; one that came before cancels it at once. */
    public void upstream(UpstreamCall started) {
        running.calling(started);
    }

    /** Null where {@code loom.tracing} is off. */
    public @Nullable RequestTrace trace() {
        return trace;
    }

    void trace(RequestTrace begun) {
        trace = begun;
    }

    /** Whether the client is to get the attempt trail in a header. */
    boolean trailShown() {
        return trailShown;
    }

    void showTrail(boolean wanted) {
        trailShown = wanted;
    }

    /** Looks at what the client is sent, or keeps it, where {@code loom.tracing} or {@code logging.prompts} asks for it. */
    public void sent(byte[] data) {
        if (trace != null) {
            trace.sent(data);
        }
        client.keep(data);
    }

    /** A part of the provider's answer, or all of it, in the hub's words: who pays by the text counts it. */
    public void said(byte[] json) {
        if (charge != null) {
            charge.said(json);
        }
    }

    /** What is to be done when the call is over. Runs once, on the thread that closes the call. */
    void atEnd(Runnable action) {
        atEnd.add(action);
    }

    /**
     * Settles everything that the request took: limits, permits, its place among the requests under way, its log line. To
     * be called before the last byte goes out, so that a client that comes back at once finds its share given back. Only
     * the first time counts.
     */
    public void close() {
        if (closed.compareAndSet(false, true)) {
            atEnd.forEach(Runnable::run);
        }
    }

    /** Nobody looks any more at what it has made the gateway hold. */
    void release() {
        held.close();
    }

    /** Ends the client's stream. */
    public void end() {
        close();
        client.connection().end();
    }

    /** Ends the client's stream with these last words. */
    public void end(byte[] last) {
        close();
        client.connection().end(last);
    }

    /** Gives up an answer that may have begun and has no end: the client must not take it for a whole one. */
    public void cut() {
        close();
        client.connection().cut();
    }

    /** The client's connection is gone. Called by the event loop. */
    public void hangUp() {
        client.left();
        running.cut(UpstreamCall.Reason.HANG_UP);
    }

    /** The gateway stops and can wait no longer. */
    @Override
    public void stop() {
        client.cutOff();
        running.cut(UpstreamCall.Reason.SHUTDOWN);
    }

    /** Since the client's request came in. */
    long elapsedNanos() {
        return gateway.time().nanoTime() - startNanos;
    }
}
