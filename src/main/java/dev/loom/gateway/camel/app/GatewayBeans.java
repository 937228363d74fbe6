package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.admin.Admin;
import dev.loom.gateway.camel.admin.Explain;
import dev.loom.gateway.camel.admin.OpenApi;
import dev.loom.gateway.camel.admin.UsageApi;
import dev.loom.gateway.camel.flow.Ask;
import dev.loom.gateway.camel.flow.ChatQuestion;
import dev.loom.gateway.camel.flow.EmbeddingsQuestion;
import dev.loom.gateway.camel.observe.FinishedHook;
import dev.loom.gateway.camel.observe.History;
import dev.loom.gateway.camel.observe.RecentRequests;
import dev.loom.gateway.camel.observe.Tracing;
import dev.loom.gateway.camel.observe.UsageFeed;
import dev.loom.gateway.camel.port.AdminGate;
import dev.loom.gateway.camel.port.Admission;
import dev.loom.gateway.camel.port.BodyReader;
import dev.loom.gateway.camel.port.ClientGate;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Gates;
import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.camel.port.Lag;
import dev.loom.gateway.camel.port.LeftFiles;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.NoHeaders;
import dev.loom.gateway.camel.port.Refusals;
import dev.loom.gateway.camel.port.Stopping;
import dev.loom.gateway.camel.port.wire.Connections;
import dev.loom.gateway.camel.request.AcceptPassed;
import dev.loom.gateway.camel.request.AcceptRequest;
import dev.loom.gateway.camel.request.Answered;
import dev.loom.gateway.camel.request.Calls;
import dev.loom.gateway.camel.request.CountTokens;
import dev.loom.gateway.camel.request.CurrentGateway;
import dev.loom.gateway.camel.request.Edits;
import dev.loom.gateway.camel.request.ErrorReply;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.ListModels;
import dev.loom.gateway.camel.request.MakePlan;
import dev.loom.gateway.camel.request.NextCandidate;
import dev.loom.gateway.camel.request.ResponseById;
import dev.loom.gateway.camel.request.SendReply;
import dev.loom.gateway.camel.upstream.AskedModels;
import dev.loom.gateway.camel.upstream.AttemptBroken;
import dev.loom.gateway.camel.upstream.Encode;
import dev.loom.gateway.camel.upstream.HealthProbe;
import dev.loom.gateway.camel.upstream.ProvidersHealthCheck;
import dev.loom.gateway.camel.upstream.Relay;
import dev.loom.gateway.camel.upstream.UpstreamHeaders;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.chat.Deployment;
import dev.loom.gateway.client.chat.HeldChat;
import dev.loom.gateway.client.passed.Passed;
import dev.loom.gateway.client.responses.KeptResponses;
import dev.loom.gateway.client.responses.RecentResponses;
import dev.loom.gateway.client.surfaces.Surfaces;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.http.ClientAuth;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The beans that the routes in {@code routes/} name; all begin with {@code loom}. */
public final class GatewayBeans {

    private final CurrentGateway gateway = new CurrentGateway();
    private final InFlight inFlight = new InFlight();
    private final Refusals refusals = new Refusals();
    private final Lag lag;
    private final RecentRequests recent = new RecentRequests();
    private final History history = new History();
    private final RecentResponses responses = new RecentResponses(this::mostResponses);
    private final Holders holders = new Holders(new OtherInstances(gateway));
    private final Stopping stopping;
    private final Memory memory = new Memory(() -> server().memory());
    private final GatewayConfig first;
    private final TimeSource time;
    private final FinishedHook hook;
    private final UsageFeed usage;

    /**
     * @param first the configuration at the start
     * @param hook is told of every request that is over
     * @param usage hands on what accounts have used
     */
    public GatewayBeans(GatewayConfig first, TimeSource time, FinishedHook hook, UsageFeed usage) {
        this.usage = usage;
        this.first = first;
        this.time = time;
        this.hook = hook;
        this.stopping = new Stopping(time);
        this.lag = new Lag(time);
    }

    public InFlight inFlight() {
        return inFlight;
    }

    /** Of the client port. */
    public Lag lag() {
        return lag;
    }

    public Stopping stopping() {
        return stopping;
    }

    public CurrentGateway gateway() {
        return gateway;
    }

    public Gates gates(GatewayConfig config) {
        LeftFiles.clear(Path.of(System.getProperty("java.io.tmpdir")), time.instant());
        return new Gates(
                config,
                this::server,
                new ClientGate(this::keys, stopping, inFlight, lag, refusals),
                new AdminGate(() -> gateway.get().config().admin(), () -> gateway.serving() != null));
    }

    /** @param certificates whether clients need one over TLS */
    public Connections connections(Supplier<ClientAuth> certificates) {
        return new Connections(this::server, certificates, time);
    }

    public BodyReader bodies() {
        return new BodyReader(memory, this::server);
    }

    public Admission admission() {
        return new Admission(inFlight, this::server, refusals);
    }

    /** As it is in force, or will be. */
    private ServerConfig server() {
        Gateway serving = gateway.serving();
        return (serving == null ? first : serving.config()).server();
    }

    private @Nullable ClientKeys keys() {
        Gateway serving = gateway.serving();
        return serving == null ? null : serving.keys();
    }

    private long mostResponses() {
        return gateway.get().config().server().responseStore();
    }

    /** Takes a sample of the providers' counts; to be called every {@link History#EVERY}. */
    void sample() {
        history.sample(time.instant(), gateway.get().traffic().values());
    }

    /** @param tracing null where it is off */
    void bind(Registry registry, @Nullable Tracing tracing) {
        bindChain(registry, tracing);
        bindAdmin(registry);
        bindHealth(registry);
    }

    /** Long: a line for each bean of a request's way. */
    private void bindChain(Registry registry, @Nullable Tracing tracing) {
        registry.bind(NoHeaders.BEAN, new NoHeaders(tracing == null ? Set.of() : Tracing.HEADERS));
        registry.bind(Memory.NAME, memory);
        registry.bind("loomUpstreamHeaders", new UpstreamHeaders());
        Calls calls = new Calls(gateway, inFlight, memory, tracing, recent, hook);
        registry.bind("loomAcceptChat", new AcceptRequest(new HeldChat(holders), calls));
        registry.bind("loomAcceptEmbeddings", new AcceptRequest(Surfaces.EMBEDDINGS, calls));
        registry.bind("loomAcceptMessages", new AcceptRequest(Surfaces.MESSAGES, calls));
        KeptResponses kept = new KeptResponses(responses, holders);
        registry.bind("loomAcceptResponses", new AcceptRequest(kept, calls));
        registry.bind("loomCountResponses", new CountTokens(kept::readCount, gateway, memory));
        AcceptPassed passed = new AcceptPassed(calls, new Passed(holders));
        registry.bind("loomAcceptPassed", passed);
        registry.bind("loomResponseById", new ResponseById(responses, gateway, memory, passed));
        registry.bind("loomAcceptCompletions", new AcceptRequest(Surfaces.COMPLETIONS, calls));
        registry.bind(
                "loomAcceptGemini",
                CountTokens.among(
                        ":countTokens",
                        new CountTokens(Surfaces.GEMINI::readCount, gateway, memory),
                        new AcceptRequest(Surfaces.GEMINI, calls)));
        registry.bind("loomAcceptAzureChat", new AcceptRequest(new Deployment(new HeldChat(holders)), calls));
        registry.bind("loomAcceptAzureEmbeddings", new AcceptRequest(new Deployment(Surfaces.EMBEDDINGS), calls));
        registry.bind("loomCountMessages", new CountTokens(Surfaces.MESSAGES::readCount, gateway, memory));
        Ask chat = new Ask(calls, new ChatQuestion(true));
        Ask embeddings = new Ask(calls, new EmbeddingsQuestion());
        registry.bind("loomAskAccept", chat.accept());
        registry.bind("loomAskAnswer", chat.answer());
        registry.bind("loomAskEmbeddings", embeddings.accept());
        registry.bind("loomAskVectors", embeddings.answer());
        registry.bind("loomAskRefused", Ask.refused());
        registry.bind("loomListModels", new ListModels(gateway, memory, new AskedModels()));
        registry.bind("loomPlanner", new MakePlan());
        registry.bind("loomNextCandidate", new NextCandidate());
        registry.bind("loomEncode", new Encode());
        registry.bind("loomRelay", new Relay());
        registry.bind("loomAttemptBroken", new AttemptBroken());
        registry.bind("loomAnswered", new Answered());
        registry.bind("loomEdit", new Edits());
        registry.bind("loomReply", new SendReply());
        registry.bind("loomErrorReply", new ErrorReply());
    }

    private void bindHealth(Registry registry) {
        HealthProbe probe = new HealthProbe(gateway, time);
        registry.bind("loomHealthAsk", probe.ask());
        registry.bind("loomHealthNote", probe.note());
        registry.bind("loomHealthBroken", probe.broken());
        registry.bind("loomHealthCheck", new ProvidersHealthCheck(gateway, usage.books()));
    }

    private void bindAdmin(Registry registry) {
        Admin admin = new Admin(gateway, stopping, recent, history);
        registry.bind("loomAdminProviders", admin.providers());
        registry.bind("loomAdminProviderHealth", admin.providerHealth());
        registry.bind("loomAdminProvider", admin.provider());
        registry.bind("loomAdminProviderStats", admin.providerStats());
        registry.bind("loomAdminFleet", admin.fleet());
        registry.bind("loomAdminDrain", admin.drain());
        registry.bind("loomAdminResume", admin.resume());
        registry.bind("loomAdminReset", admin.reset());
        registry.bind("loomAdminResetBreaker", admin.resetBreaker());
        registry.bind("loomExplain", new Explain(gateway));
        registry.bind("loomAdminConfig", admin.config());
        registry.bind("loomAdminRequests", admin.requests());
        registry.bind("loomAdminHistory", admin.history());
        UsageApi accounts = new UsageApi(usage.books(), time, gateway);
        registry.bind("loomUsageStore", usage.store());
        registry.bind("loomAdminUsage", accounts.usage());
        registry.bind("loomAdminUsageTop", accounts.top());
        registry.bind("loomAdminUsageSeries", accounts.series());
        registry.bind("loomAdminUsageCsv", accounts.csv());
        registry.bind("loomAdminUsageForget", accounts.forget());
        registry.bind("loomAdminPage", admin.page());
        registry.bind("loomAdminOpenApi", new OpenApi());
        registry.bind("loomAdminLive", admin.live());
        registry.bind("loomAdminReady", admin.ready());
    }
}
