package dev.loom.gateway.camel;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.traffic.TimeSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The beans that the routes in {@code routes/} name; all begin with {@code loom}. */
final class GatewayBeans {

    private final AtomicReference<@Nullable Gateway> gateway = new AtomicReference<>();
    private final InFlight inFlight = new InFlight();
    private final RecentRequests recent = new RecentRequests();
    private final Stopping stopping;
    private final TimeSource time;
    private volatile boolean serving;
    private volatile @Nullable Gates gates;

    GatewayBeans(TimeSource time) {
        this.time = time;
        this.stopping = new Stopping(time);
    }

    InFlight inFlight() {
        return inFlight;
    }

    Stopping stopping() {
        return stopping;
    }

    /** From now on requests are served by this configuration. */
    void use(Gateway next) {
        gateway.set(next);
    }

    /** Everything that a request needs is there. */
    void serve() {
        serving = true;
    }

    private @Nullable Gateway serving() {
        return serving ? gateway.get() : null;
    }

    Gateway current() {
        return Objects.requireNonNull(gateway.get(), "The gateway has not started yet");
    }

    Gates gates(GatewayConfig config) {
        Gates made = new Gates(
                config,
                new ClientGate(this::serving, stopping, inFlight),
                new AdminGate(() -> current().config().admin(), () -> serving() != null));
        gates = made;
        return made;
    }

    /** Whether other machines reach the client port, or the admin port. */
    boolean isReachable(Gates.Port port) {
        Gates known = gates;
        return known != null && known.isReachable(port);
    }

    /** @param tracing null where it is off */
    void bind(Registry registry, @Nullable Tracing tracing) {
        bindChain(registry, tracing);
        bindAdmin(registry);
        bindHealth(registry);
    }

    private void bindChain(Registry registry, @Nullable Tracing tracing) {
        Supplier<Gateway> current = this::current;
        registry.bind("loomNoHeaders", new NoHeaders(tracing == null ? Set.of() : Tracing.HEADERS));
        registry.bind("loomUpstreamHeaders", new UpstreamHeaders());
        Calls calls = new Calls(current, inFlight, tracing, recent);
        registry.bind("loomAcceptChat", new AcceptRequest(ChatRequest::parse, calls));
        registry.bind(
                "loomAcceptEmbeddings", new AcceptRequest((body, received) -> EmbeddingsRequest.parse(body), calls));
        Ask chat = new Ask(calls, new ChatQuestion(true));
        Ask embeddings = new Ask(calls, new EmbeddingsQuestion());
        registry.bind("loomAskAccept", chat.accept());
        registry.bind("loomAskAnswer", chat.answer());
        registry.bind("loomAskEmbeddings", embeddings.accept());
        registry.bind("loomAskVectors", embeddings.answer());
        registry.bind("loomAskRefused", Ask.refused());
        registry.bind("loomListModels", new ListModels(current));
        registry.bind("loomPlanner", new MakePlan());
        registry.bind("loomNextCandidate", new NextCandidate());
        registry.bind("loomEncode", new Encode());
        registry.bind("loomRelay", new Relay());
        registry.bind("loomAttemptBroken", new AttemptBroken());
        registry.bind("loomReply", new SendReply());
        registry.bind("loomErrorReply", new ErrorReply());
    }

    private void bindHealth(Registry registry) {
        HealthProbe probe = new HealthProbe(this::current, time);
        registry.bind("loomHealthAsk", probe.ask());
        registry.bind("loomHealthNote", probe.note());
        registry.bind("loomHealthBroken", probe.broken());
        registry.bind("loomHealthCheck", new ProvidersHealthCheck(this::current));
    }

    private void bindAdmin(Registry registry) {
        Admin admin = new Admin(this::current, stopping, recent);
        registry.bind("loomAdminProviders", admin.providers());
        registry.bind("loomAdminProviderHealth", admin.providerHealth());
        registry.bind("loomAdminProvider", admin.provider());
        registry.bind("loomAdminProviderStats", admin.providerStats());
        registry.bind("loomAdminDrain", admin.drain());
        registry.bind("loomAdminResume", admin.resume());
        registry.bind("loomAdminResetBreaker", admin.resetBreaker());
        registry.bind("loomExplain", new Explain(this::current));
        registry.bind("loomAdminConfig", admin.config());
        registry.bind("loomAdminRequests", admin.requests());
        registry.bind("loomAdminPage", admin.page());
        registry.bind("loomAdminLive", admin.live());
        registry.bind("loomAdminReady", admin.ready());
    }
}
