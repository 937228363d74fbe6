package dev.loom.gateway.camel.app;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.store.UsageStores;
import dev.loom.gateway.camel.admin.ReloadConfig;
import dev.loom.gateway.camel.live.ConfigReload;
import dev.loom.gateway.camel.live.GatewayBuilder;
import dev.loom.gateway.camel.live.ProviderClients;
import dev.loom.gateway.camel.live.ProviderRoutes;
import dev.loom.gateway.camel.live.Rehearsal;
import dev.loom.gateway.camel.live.Reloader;
import dev.loom.gateway.camel.live.Retirement;
import dev.loom.gateway.camel.live.RouteFiles;
import dev.loom.gateway.camel.live.SwappableDirect;
import dev.loom.gateway.camel.observe.FailedSteps;
import dev.loom.gateway.camel.observe.FinishedHook;
import dev.loom.gateway.camel.observe.History;
import dev.loom.gateway.camel.observe.PostWebhooks;
import dev.loom.gateway.camel.observe.ToldOnce;
import dev.loom.gateway.camel.observe.Tracing;
import dev.loom.gateway.camel.observe.UsageFeed;
import dev.loom.gateway.camel.port.Gates;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.camel.port.KnownParameters;
import dev.loom.gateway.camel.port.Version;
import dev.loom.gateway.camel.port.wire.Connections;
import dev.loom.gateway.camel.request.Bodies;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.request.OneDispatch;
import dev.loom.gateway.camel.request.Thrown;
import dev.loom.gateway.camel.upstream.HttpStep;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.fleet.RedisFleet;
import dev.loom.gateway.traffic.Chance;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.OneInstance;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.component.PropertyConfigurerSupport;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the gateway into any Camel context: the beans and components that the routes name, and the routes of the
 * providers. Ports and the loading of {@code routes/} are left to whoever uses it. Long, because what is made in order here is
 * also ended here, in the order turned round.
 */
public final class Installer {

    private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

    /** Where the installer itself is found in the registry, so that nobody installs a second gateway. */
    private static final String BEAN = "loomInstaller";

    private final CamelContext context;
    private final LoadedConfig loaded;
    private final List<String> locations;
    private final TimeSource time = TimeSource.system();
    private final ScheduledThreadPoolExecutor timer = daemon("loom-timer");
    private final ScheduledThreadPoolExecutor changes = daemon("loom-changes");
    private final FinishedHook hook;
    private final UsageFeed usage;
    private final GatewayBeans beans;
    private final Retirement retirement;
    private final Gates gates;
    private IntSupplier clientPort = () -> 0;
    private IntSupplier adminPort = () -> 0;
    private @Nullable Tracing tracing;
    private @Nullable Reloader reloader;
    private @Nullable Fleet fleet;

    /** @param locations from where the configuration was loaded, and is read again */
    public Installer(CamelContext context, LoadedConfig loaded, List<String> locations) {
        this.context = context;
        this.loaded = loaded;
        this.locations = locations;
        this.hook = new FinishedHook(context, time);
        this.usage = new UsageFeed(
                context, new AccountBooks(time, config -> UsageStores.of(config, time), new PostWebhooks()));
        this.beans = new GatewayBeans(loaded.config(), time, hook, usage);
        this.retirement = new Retirement(beans.inFlight(), changes);
        this.gates = beans.gates(loaded.config());
    }

    /** @throws InvalidConfiguration if anything is wrong in the files at these locations */
    public static LoadedConfig load(List<String> locations) {
        try {
            return ConfigLoader.ofEnvironment().load(locations);
        } catch (ConfigException e) {
            e.warnings().forEach(warning -> LOG.warn("{}", warning));
            throw new InvalidConfiguration(e);
        }
    }

    public static boolean isIn(CamelContext context) {
        return context.getRegistry().lookupByName(BEAN) != null;
    }

    /** One thread, that does not keep the process alive. */
    private static ScheduledThreadPoolExecutor daemon(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** The configuration at the start. */
    public GatewayConfig config() {
        return loaded.config();
    }

    public GatewayBeans beans() {
        return beans;
    }

    public Gates gates() {
        return gates;
    }

    /** For the Vert.x whose servers open the ports. */
    public Connections connections() {
        return beans.connections(() -> HttpServers.clientAuth(context));
    }

    /** Before the routes are loaded. The ports are asked for when the routes start. */
    public void bind(IntSupplier clients, IntSupplier admin) {
        loaded.warnings().forEach(warning -> LOG.warn("{}", warning));
        clientPort = clients;
        adminPort = admin;
        context.getRegistry().bind(BEAN, this);
        addComponentsTo(context);
        Bodies.convertIn(context);
        HttpStep.convertIn(context);
        // Camel asks the last one first; what the others look for must not be wrapped yet.
        List.of(new FailedSteps(), new Thrown(), new OneDispatch(), new HttpStep())
                .forEach(context.getCamelContextExtension()::addInterceptStrategy);
        context.addLifecycleStrategy(hook);
        context.addLifecycleStrategy(new ToldOnce());
        if (context.hasComponent("direct") == null) {
            context.addComponent("direct", new SwappableDirect());
        }
        tracing = Tracing.of(context);
        beans.bind(context.getRegistry(), tracing);
    }

    /** Components of our own, so that Camel's {@code platform-http} remains the application's. */
    private void addComponentsTo(CamelContext stage) {
        stage.addComponent("loom-http", http(clientEngine(clientPort)));
        stage.addComponent(
                "loom-admin", http(new PortEngine(adminPort, List.of(beans.bodies(), new KnownParameters()))));
    }

    private static PlatformHttpComponent http(PortEngine engine) {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setEngine(engine);
        return component;
    }

    /** What puts routes on the port that clients call. */
    PortEngine clientEngine(IntSupplier port) {
        return new PortEngine(port, List.of(beans.bodies(), beans.admission()));
    }

    /** After the route templates are loaded. */
    public void addProviders() {
        GatewayBuilder builder = new GatewayBuilder(context.getRegistry(), time, timer, joined(), usage);
        ProviderClients clients = new ProviderClients(context.getRegistry(), time, timer);
        ProviderRoutes routes = new ProviderRoutes((ModelCamelContext) context, clients, retirement, Chance.SYSTEM);
        Gateway gateway = builder.build(loaded, null);
        builder.show(gateway);
        builder.count(hook);
        try {
            routes.follow(gateway);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        beans.gateway().use(gateway);
        ScheduledFuture<?> unused =
                changes.scheduleWithFixedDelay(beans::sample, 0, History.EVERY.toMillis(), TimeUnit.MILLISECONDS);
        ConfigReload config = new ConfigReload(
                locations, loaded, beans.gateway(), gates, beans.inFlight(), builder, clients, routes, retirement);
        Rehearsal rehearsal = new Rehearsal(context, this::addComponentsTo);
        RouteFiles files = new RouteFiles((ModelCamelContext) context, rehearsal, routes, retirement);
        Reloader made = new Reloader(changes, watchInterval(context), config, files);
        context.getRegistry().bind("loomAdminReload", new ReloadConfig(made));
        reloader = made;
    }

    /** Only a gateway that shares something loads what it needs for that. */
    private Fleet joined() {
        StateConfig state = loaded.config().state();
        String name = InstanceName.next(Chance.SYSTEM);
        Fleet made = state.isShared()
                ? new RedisFleet(state, name, Version.NUMBER, time)
                : new OneInstance(name, Version.NUMBER, time);
        fleet = made;
        return made;
    }

    /** Once the context has started. */
    public void showInJmx() {
        Objects.requireNonNull(reloader).showInJmx(context);
    }

    /**
     * Takes saved files over from now on, unless {@code loom.watch} is false.
     *
     * @param routeFiles those of routes and Kamelets; the configuration's own are known
     */
    public void watch(Supplier<List<Path>> routeFiles) {
        if (isOn(context, "loom.watch")) {
            Objects.requireNonNull(reloader).watch(routeFiles);
        }
    }

    private static Duration watchInterval(CamelContext context) {
        String text = context.getPropertiesComponent()
                .resolveProperty("loom.watch.interval")
                .filter(told -> !told.equals(PropertyConfigurerSupport.MAGIC_VALUE)) // of Camel's tools that do not run
                .orElse("250ms");
        long millis;
        try {
            millis = TimeUtils.toMilliSeconds(text);
        } catch (RuntimeException e) {
            // Camel's parser throws what it meets: of numbers, of ends of text.
            millis = 0;
        }
        if (millis < 10 || millis > 60_000) {
            throw new InvalidConfiguration("loom.watch.interval must be a time from 10ms to 60s, not '" + text + "'.");
        }
        return Duration.ofMillis(millis);
    }

    /** Whether a property that is true by default has been left so. */
    static boolean isOn(CamelContext context, String property) {
        return context.getPropertiesComponent()
                .resolveProperty(property)
                .map(Boolean::parseBoolean)
                .orElse(true);
    }

    /** Ends the requests that are under way when so much time has passed; their clients are told why. */
    public void cutAfter(Duration passed) {
        ScheduledFuture<?> unused = timer.schedule(beans.inFlight()::stopAll, passed.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the route of finished requests hear of the last ones. */
    public void tellTheLast(Duration most) throws InterruptedException {
        hook.close(most);
        usage.close(most);
    }

    public void close() {
        hook.close();
        usage.close();
        changes.shutdownNow();
        retirement.close();
        timer.shutdownNow();
        if (fleet != null) {
            fleet.close();
        }
        if (tracing != null) {
            tracing.close();
        }
    }
}
