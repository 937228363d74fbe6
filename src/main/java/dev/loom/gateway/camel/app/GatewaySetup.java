package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.RouteCheck;
import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.camel.observe.MBeanDescriptions;
import dev.loom.gateway.camel.observe.RouteMeters;
import dev.loom.gateway.camel.port.Gates;
import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.camel.port.Stopping;
import dev.loom.gateway.camel.port.Workers;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.MainSupport;
import org.apache.camel.util.TimeUtils;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the gateway into a Camel Main while it starts: reads the configuration before any port opens, binds the beans
 * that the routes name, and adds one route for each provider once the templates are loaded. Long, because all that
 * Camel Main tells of its start and its stop arrives here.
 */
public final class GatewaySetup extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySetup.class);

    /** How long requests that a stop has cut are given to tell their clients why. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Installation installation;
    private final List<String> chosen;
    private final boolean training;
    private @Nullable Installer installer;
    private @Nullable CompletableFuture<Vertx> vertx;
    private @Nullable CompletableFuture<Vertx> adminVertx;
    private @Nullable String startProblem = "Camel has told why in the lines above";
    private boolean byAccident;
    private volatile boolean serving;

    public GatewaySetup(Installation installation) {
        this(installation, List.of(), false);
    }

    /**
     * @param chosen the files of the configuration; empty where the settings and the installation say which
     * @param training whether to end after a long warm-up
     */
    GatewaySetup(Installation installation, List<String> chosen, boolean training) {
        this.installation = installation;
        this.chosen = chosen;
        this.training = training;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        List<String> locations = locations(context);
        LoadedConfig loaded = load(locations);
        byAccident = chosen.isEmpty() && NoConfiguration.isIn(locations);
        GatewayConfig read = loaded.config();
        if (!read.enabled()) {
            throw new NotEnabled();
        }
        RoutesDirectory.refuse(RoutesDirectory.problems(installation));
        Ports.checkNumbers(context);
        context.getCamelContextExtension().setManagementMBeanAssembler(new MBeanDescriptions(context));
        configure(main.configure(), read);
        if (!Installer.isOn(context, "camel.metrics.enableRoutePolicy")) {
            context.addRoutePolicyFactory(new RouteMeters());
        }
        context.getComponent("kamelet", KameletComponent.class).setLocation(installation.kamelets());
        Installer next = new Installer(context, loaded, locations);
        context.getRegistry().bind("loomVertx", Vertx.class, made(read.server().workerThreads(), next)::join);
        context.getRegistry()
                .bind(
                        "loomHttpServers",
                        new HttpServers(next.gates(), next.beans().bodies()));
        context.getRegistry()
                .bind(
                        PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME,
                        next.clientEngine(() -> HttpServers.clientPort(context)));
        next.bind(() -> HttpServers.clientPort(context), () -> HttpServers.adminPort(context));
        installer = next;
    }

    /** Vert.x and the JDK's TLS take their time to load, while Camel is configured. */
    private CompletableFuture<Vertx> made(int workerThreads, Installer next) {
        CompletableFuture<Vertx> made = CompletableFuture.supplyAsync(() ->
                Workers.vertx(workerThreads, next.connections(), next.beans().lag()));
        CompletableFuture<Void> unused = made.thenRun(SSLContexts::createDefault);
        vertx = made;
        adminVertx = made.thenApply(done -> Workers.admin(next.connections()));
        return made;
    }

    private List<String> locations(CamelContext context) {
        String property =
                context.getPropertiesComponent().resolveProperty("loom.config").orElse(null);
        return chosen.isEmpty() ? ConfigLocations.find(property, installation) : chosen;
    }

    private LoadedConfig load(List<String> locations) {
        installation.log(LOG, String.join(", ", locations));
        LoadedConfig found = Installer.load(locations);
        LogFormat.use(found.config().logging().format());
        return found;
    }

    /** What the gateway's own file says of Camel's settings; Camel's properties still win where they are set. */
    private void configure(MainConfigurationProperties main, GatewayConfig read) {
        main.setRoutesIncludePattern(ShippedRoutes.named(installation.routesInOrder()));
        main.httpServer().setMaxBodySize(read.server().maxBody());
        main.httpServer().setHost(Gates.clientHost(read.server()));
        main.httpManagementServer().setHost(read.admin().host());
    }

    private Installer installer() {
        return Objects.requireNonNull(installer);
    }

    private GatewayBeans beans() {
        return installer().beans();
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        if (byAccident) {
            NoConfiguration.allowOn(main.configure().httpServer().getHost());
        }
        CamelAccess.check(main.configure());
        CamelFiles.checkKeyStores(main.configure());
        Ports.checkFree(main.configure());
        HttpServers.separate(
                main.getCamelContext(),
                main.configure().httpServer().getPort(),
                main.configure().httpManagementServer().getPort(),
                Objects.requireNonNull(adminVertx)::join);
        installer().addProviders();
        RoutesDirectory.refuse(RouteCheck.loaded(main.getCamelContext()));
    }

    @Override
    public void afterStart(BaseMainSupport main) {
        HttpServers.serveJolokia(main.getCamelContext());
        startProblem =
                HttpServers.answerUnmatched(main.getCamelContext(), installer().gates());
        if (startProblem != null) {
            ((MainSupport) main).completed();
            return;
        }
        if (training) {
            WarmUp.training().run();
            ((MainSupport) main).completed();
        } else {
            warmUp(main.getCamelContext());
        }
        serving = true;
        beans().gateway().serve();
        installer().showInJmx();
        RouteFolders folders = new RouteFolders(installation);
        folders.files();
        installer().watch(folders::files);
        Ports.log(main.getCamelContext(), main.configure());
        IdleCollection.watch(
                duration(main.getCamelContext(), "{{loom.idle-collection:0s}}"),
                beans().inFlight(),
                Objects.requireNonNull(adminVertx).join());
    }

    private static void warmUp(CamelContext context) {
        WarmUp.before(duration(context, "{{loom.warm-up:2s}}")).run();
    }

    private static Duration duration(CamelContext context, String property) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(context.resolvePropertyPlaceholders(property)));
    }

    /** Why the gateway did not start, or had to stop at once after its start; null where all is well. */
    @Nullable
    String startProblem() {
        return startProblem;
    }

    /** Whether it has started, so that there may be requests under way. */
    boolean isServing() {
        return serving;
    }

    /** From now on the gateway is not ready. Returns after the second in which it still serves new requests. */
    void announceStop() throws InterruptedException {
        if (serving) {
            LOG.info(
                    "Asked to stop; {} requests are under way",
                    beans().inFlight().count());
            beans().stopping().begin();
            TimeUnit.NANOSECONDS.sleep(Stopping.STILL_SERVING.toNanos());
        }
    }

    /** Lets the requests under way come to their end, as long as {@code camel.main.shutdownTimeout} allows. */
    @Override
    public void beforeStop(BaseMainSupport main) {
        if (installer == null) {
            return;
        }
        beans().stopping().begin();
        Duration allowed = Duration.ofSeconds(main.configure().getShutdownTimeout());
        InFlight inFlight = beans().inFlight();
        try {
            if (!inFlight.awaitNone(allowed.minus(beans().stopping().elapsed()))) {
                LOG.warn("{} requests are still under way and are cut short", inFlight.count());
                inFlight.stopAll();
                inFlight.awaitNone(LAST_WORDS);
            }
            installer().tellTheLast(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The requests have had their time; Camel need not wait as long again for one whose client does not read.
        main.getCamelContext().getShutdownStrategy().setTimeout(LAST_WORDS.toSeconds());
    }

    @Override
    public void afterStop(BaseMainSupport main) {
        if (installer != null) {
            installer.close();
        }
        if (vertx != null && adminVertx != null) {
            CompletableFuture<Void> unused = vertx.thenAcceptBoth(adminVertx, (clients, admin) -> {
                clients.close();
                admin.close();
            });
        }
    }

    /** {@code ai_gateway.enabled} is false: Camel is not to start at all, since its own defaults would open ports. */
    static final class NotEnabled extends RuntimeException {

        NotEnabled() {
            super("ai_gateway.enabled is false: no route is loaded and no port is opened");
        }
    }
}
