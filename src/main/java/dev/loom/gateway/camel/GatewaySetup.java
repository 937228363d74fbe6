package dev.loom.gateway.camel;

import dev.loom.gateway.config.ConfigException;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.MainSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the gateway into a Camel Main while it starts: reads the configuration before any port opens, binds the beans
 * that the routes name, and adds one route for each provider once the templates are loaded.
 */
final class GatewaySetup extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySetup.class);

    /** How long requests that a stop has cut are given to tell their clients why. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Installation installation;
    private final TimeSource time = TimeSource.system();
    private final ScheduledThreadPoolExecutor timer = timer();
    private final GatewayBeans beans = new GatewayBeans(time, timer);
    private @Nullable LoadedConfig loaded;
    private @Nullable Vertx vertx;
    private @Nullable Tracing tracing;
    private @Nullable String startProblem = "Camel has told why in the lines above";
    private volatile boolean serving;

    GatewaySetup(Installation installation) {
        this.installation = installation;
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "loom-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        String property =
                context.getPropertiesComponent().resolveProperty("loom.config").orElse(null);
        loaded = load(ConfigLocations.find(property, installation));
        GatewayConfig read = loaded.config();
        if (!read.enabled()) {
            throw new NotEnabled();
        }
        Ports.checkNumbers(context);
        configure(main.configure(), read);
        context.getComponent("kamelet", KameletComponent.class).setLocation(installation.kamelets());
        vertx = Workers.vertx(read.server().workerThreads());
        context.getRegistry().bind("loomVertx", vertx);
        tracing = Tracing.of(context);
        beans.bind(context.getRegistry(), read, tracing);
    }

    private LoadedConfig load(List<String> locations) {
        installation.log(LOG, String.join(", ", locations));
        try {
            LoadedConfig found = ConfigLoader.ofEnvironment().load(locations);
            LogFormat.use(found.config().logging().format());
            found.warnings().forEach(warning -> LOG.warn("{}", warning));
            return found;
        } catch (ConfigException e) {
            throw new InvalidConfiguration(e);
        }
    }

    /** What the gateway's own file says of Camel's settings; Camel's properties still win where they are set. */
    private void configure(MainConfigurationProperties main, GatewayConfig read) {
        main.setRoutesIncludePattern(installation.routes());
        main.httpServer().setMaxBodySize(read.server().maxBody());
        main.httpServer().setHost(clientHost(read.server()));
        main.httpManagementServer().setHost(read.admin().host());
    }

    private static String clientHost(ServerConfig server) {
        boolean open = !server.apiKeys().isEmpty() || server.allowAnonymous();
        return open ? "0.0.0.0" : "127.0.0.1";
    }

    private LoadedConfig loaded() {
        return Objects.requireNonNull(loaded);
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        Ports.checkFree(main.configure());
        Gateway gateway = new GatewayBuilder(context.getRegistry(), time, timer).build(loaded());
        beans.use(gateway);
        new ProviderRoutes(context, GatewayBuilder.RANDOM).add(gateway);
    }

    @Override
    public void afterStart(BaseMainSupport main) {
        GatewayConfig read = loaded().config();
        startProblem = HttpServers.answerUnmatched(main.getCamelContext(), read.server());
        if (startProblem != null) {
            ((MainSupport) main).completed();
            return;
        }
        serving = true;
        beans.serve();
        showInJmx(main.getCamelContext());
        Ports.log(main.getCamelContext(), main.configure());
    }

    private void showInJmx(CamelContext context) {
        Management management = new Management(context);
        management.show(new ManagedGateway(this::loaded, beans.inFlight()::count));
        management.show(beans.current().traffic().values());
    }

    /** Why the gateway did not start, or had to stop at once after its start; null where all is well. */
    @Nullable
    String startProblem() {
        return startProblem;
    }

    /** From now on the gateway is not ready. Returns after the second in which it still serves new requests. */
    void announceStop() throws InterruptedException {
        if (serving) {
            LOG.info(
                    "Asked to stop; {} requests are under way", beans.inFlight().count());
            beans.stopping().begin();
            TimeUnit.NANOSECONDS.sleep(Stopping.STILL_SERVING.toNanos());
        }
    }

    /** Lets the requests under way come to their end, as long as {@code camel.main.shutdownTimeout} allows. */
    @Override
    public void beforeStop(BaseMainSupport main) {
        beans.stopping().begin();
        Duration allowed = Duration.ofSeconds(main.configure().getShutdownTimeout());
        InFlight inFlight = beans.inFlight();
        try {
            if (!inFlight.awaitNone(allowed.minus(beans.stopping().elapsed()))) {
                LOG.warn("{} requests are still under way and are cut short", inFlight.count());
                inFlight.stopAll();
                inFlight.awaitNone(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The requests have had their time; Camel need not wait as long again for one whose client does not read.
        main.getCamelContext().getShutdownStrategy().setTimeout(LAST_WORDS.toSeconds());
    }

    @Override
    public void afterStop(BaseMainSupport main) {
        timer.shutdownNow();
        if (tracing != null) {
            tracing.close();
        }
        if (vertx != null) {
            vertx.close();
        }
    }

    /** {@code ai_gateway.enabled} is false: Camel is not to start at all, since its own defaults would open ports. */
    static final class NotEnabled extends RuntimeException {

        NotEnabled() {
            super("ai_gateway.enabled is false: no route is loaded and no port is opened");
        }
    }

    /** Carries a {@link ConfigException}, or what is wrong with Camel's own settings, through Camel's start. */
    static final class InvalidConfiguration extends RuntimeException {

        InvalidConfiguration(String message) {
            super(message);
        }

        InvalidConfiguration(ConfigException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
