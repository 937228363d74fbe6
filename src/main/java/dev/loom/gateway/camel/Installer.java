package dev.loom.gateway.camel;

import dev.loom.gateway.config.ConfigException;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.IntSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the gateway into any Camel context: the beans and components that the routes name, and the routes of the
 * providers. Ports and the loading of {@code routes/} are left to whoever uses it.
 */
final class Installer {

    private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

    /** Where the installer itself is found in the registry, so that nobody installs a second gateway. */
    private static final String BEAN = "loomInstaller";

    private final CamelContext context;
    private final LoadedConfig loaded;
    private final TimeSource time = TimeSource.system();
    private final ScheduledThreadPoolExecutor timer = timer();
    private final GatewayBeans beans = new GatewayBeans(time, timer);

    Installer(CamelContext context, LoadedConfig loaded) {
        this.context = context;
        this.loaded = loaded;
    }

    /** @throws InvalidConfiguration if anything is wrong in the files at these locations */
    static LoadedConfig load(List<String> locations) {
        try {
            return ConfigLoader.ofEnvironment().load(locations);
        } catch (ConfigException e) {
            throw new InvalidConfiguration(e);
        }
    }

    static boolean isIn(CamelContext context) {
        return context.getRegistry().lookupByName(BEAN) != null;
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

    GatewayConfig config() {
        return loaded.config();
    }

    GatewayBeans beans() {
        return beans;
    }

    ScheduledThreadPoolExecutor cutter() {
        return timer;
    }

    /** Before the routes are loaded. The ports are asked for when the routes start. */
    void bind(IntSupplier clientPort, IntSupplier adminPort) {
        loaded.warnings().forEach(warning -> LOG.warn("{}", warning));
        context.getRegistry().bind(BEAN, this);
        context.addComponent("loom-http", http(clientPort));
        context.addComponent("loom-admin", http(adminPort));
        beans.bind(context.getRegistry(), config());
    }

    /** Components of our own, so that Camel's {@code platform-http} remains the application's. */
    private static PlatformHttpComponent http(IntSupplier port) {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setEngine(new PortEngine(port));
        return component;
    }

    /** After the route templates are loaded. */
    void addProviders() {
        Gateway gateway = new GatewayBuilder(context.getRegistry(), time, timer).build(loaded);
        beans.use(gateway);
        new ProviderRoutes(context, GatewayBuilder.RANDOM).add(gateway);
    }

    void close() {
        timer.shutdownNow();
    }
}
