package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.KameletParameters;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.config.LoadedConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway inside another Camel application: it is installed when the application's context starts, if a
 * configuration is found whose {@code ai_gateway.enabled} is true, and goes with the context. Usually
 * {@code GatewayPlugin} brings it; where Camel finds no plugins, a bean of this class in the registry does the same.
 */
public final class EmbeddedGateway extends LifecycleStrategySupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedGateway.class);

    /** A route of ours that tells whether the application has loaded the route files by itself. */
    private static final String A_ROUTE = "loom-dispatch";

    /** How long before the application cuts its requests short ours are, so that clients are told why. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private @Nullable CamelContext bound;
    private @Nullable Installer installer;
    private @Nullable EmbeddedPorts ports;

    private final @Nullable EmbeddedSettings fixed;
    private final @Nullable LoadedConfig given;

    /** For Camel, which makes the bean. */
    public EmbeddedGateway() {
        this(null, null);
    }

    /** With settings and a configuration that are not looked for. */
    EmbeddedGateway(@Nullable EmbeddedSettings fixed, @Nullable LoadedConfig given) {
        this.fixed = fixed;
        this.given = given;
    }

    /** Called when the bean is bound, and once more when it is added here. */
    @Override
    public void setCamelContext(CamelContext context) {
        if (bound == null) {
            bound = context;
            context.getCamelContextExtension().registerEndpointCallback(new KameletParameters(context));
            context.addLifecycleStrategy(this);
        }
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return bound;
    }

    /** The application's beans, components and routes are there, and none of them has started. */
    @Override
    public void onContextInitializing(CamelContext context) {
        if (Installer.isIn(context)) {
            return;
        }
        if (fixed != null && given != null) {
            install(context, fixed, given, List.of(fixed.config()));
            return;
        }
        EmbeddedSettings settings = EmbeddedSettings.of(context);
        List<String> locations = settings.enabled() ? ConfigLocations.embedded(settings.config()) : List.of();
        if (locations.isEmpty()) {
            LOG.debug("No configuration of the gateway is found; it is left out");
            return;
        }
        LoadedConfig loaded = Installer.load(locations);
        if (!loaded.config().enabled()) {
            LOG.debug("ai_gateway.enabled is false in {}; the gateway is left out", locations);
            return;
        }
        LOG.info("Gateway configuration: {}", String.join(", ", locations));
        install(context, settings, loaded, locations);
    }

    private void install(CamelContext context, EmbeddedSettings settings, LoadedConfig loaded, List<String> locations) {
        requireExchangesOfTheirOwn(context);
        Installer next = new Installer(context, loaded, locations);
        ports = new EmbeddedPorts(
                settings,
                next.config(),
                next.gates(),
                next.connections(),
                next.beans().lag());
        installer = next;
        try {
            next.bind(settings.clients()::number, settings.admin()::number);
            ports.open(context);
            loadRoutes(context, settings.routes());
            OwnPort.take((ModelCamelContext) context);
            next.addProviders();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** With pooled exchanges Camel 4.18's circuit breaker can hand one request's exchange to another. */
    private static void requireExchangesOfTheirOwn(CamelContext context) {
        if (context.getCamelContextExtension().getExchangeFactory().isPooled()) {
            throw new InvalidConfiguration("The gateway cannot run where exchanges are pooled;"
                    + " camel.main.exchangeFactory must be 'prototype' or 'default'.");
        }
    }

    private static void loadRoutes(CamelContext context, String pattern) {
        if (((ModelCamelContext) context).getRouteDefinition(A_ROUTE) != null) {
            LOG.info("Routes: those that the application has loaded");
            return;
        }
        LOG.info("Routes: {}", pattern);
        try {
            List<Resource> files = new ArrayList<>();
            for (String location : ShippedRoutes.named(pattern).split(",", -1)) {
                files.addAll(
                        PluginHelper.getPackageScanResourceResolver(context).findResources(location));
            }
            PluginHelper.getRoutesLoader(context).loadRoutes(files);
        } catch (Exception e) {
            throw new IllegalStateException("The routes of the gateway cannot be loaded from " + pattern, e);
        }
    }

    @Override
    public void onContextStarted(CamelContext context) {
        if (installer != null) {
            installer.beans().gateway().serve();
            installer.showInJmx();
            // The routes are the application's to load.
            installer.watch(List::of);
        }
    }

    /** Camel waits for the requests under way, as for all of the application's; before its patience ends, ours are cut. */
    @Override
    public void onContextStopping(CamelContext context) {
        if (installer != null) {
            installer.beans().stopping().begin();
            ShutdownStrategy shutdown = context.getShutdownStrategy();
            Duration most =
                    Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
            installer.cutAfter(most.minus(LAST_WORDS));
        }
    }

    @Override
    public void onContextStopped(CamelContext context) {
        close();
    }

    private void close() {
        if (installer != null) {
            installer.close();
        }
        if (ports != null) {
            ports.close();
        }
    }
}
