package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.camel.observe.ManagedGateway;
import dev.loom.gateway.camel.observe.Management;
import dev.loom.gateway.camel.port.Gates;
import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.camel.request.CurrentGateway;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.config.AdminConfig;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts another configuration in the place of the one in force, or changes nothing. Requests under way keep the one with
 * which they began; what they use of it is ended after them.
 *
 * <p>Not thread-safe: one thread changes the configuration.
 */
public final class ConfigReload {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

    private final List<String> locations;
    private final CurrentGateway current;
    private final Gates gates;
    private final InFlight inFlight;
    private final GatewayBuilder builder;
    private final ProviderClients clients;
    private final ProviderRoutes routes;
    private final Retirement retirement;
    private @Nullable Management management;
    private volatile LoadedConfig inForce;

    public ConfigReload(
            List<String> locations,
            LoadedConfig inForce,
            CurrentGateway current,
            Gates gates,
            InFlight inFlight,
            GatewayBuilder builder,
            ProviderClients clients,
            ProviderRoutes routes,
            Retirement retirement) {
        this.locations = locations;
        this.inForce = inForce;
        this.current = current;
        this.gates = gates;
        this.inFlight = inFlight;
        this.builder = builder;
        this.clients = clients;
        this.routes = routes;
        this.retirement = retirement;
    }

    /** The files to be watched; those of the configuration in force. */
    List<Path> files() {
        return inForce.files();
    }

    /** Shows the gateway and its providers in JMX, and from now on whatever takes their place. */
    void showInJmx(Management jmx, ManagedGateway.Operations operations) {
        jmx.show(new ManagedGateway(() -> inForce, inFlight::count, operations));
        jmx.show(current.get().traffic().values());
        management = jmx;
    }

    /**
     * Reads the files again and uses what they say.
     *
     * @return what has changed, by the keys of the file; empty if nothing has
     * @throws ReloadRefused if the new configuration cannot be used; nothing has changed then
     */
    List<String> run() throws ReloadRefused {
        LoadedConfig next = load();
        List<String> changes = ConfigChanges.between(inForce, next);
        check(next.config());
        use(next, build(next));
        next.warnings().forEach(warning -> LOG.warn("{}", warning));
        LOG.info("The configuration was read again; {}", changes.isEmpty() ? "nothing has changed" : changes);
        return changes;
    }

    private LoadedConfig load() throws ReloadRefused {
        try {
            return ConfigLoader.ofEnvironment().load(locations);
        } catch (ConfigException e) {
            e.warnings().forEach(warning -> LOG.warn("{}", warning));
            throw new ReloadRefused(e);
        }
    }

    private void check(GatewayConfig next) throws ReloadRefused {
        if (!next.enabled()) {
            throw new ReloadRefused("ai_gateway.enabled is false: a gateway that runs is switched off by stopping it");
        }
        if (gates.isReachable(Gates.Port.CLIENTS)
                && isOpen(next.server())
                && !isOpen(inForce.config().server())) {
            throw new ReloadRefused("server.api_keys is empty, and the client port is open to other machines until the"
                    + " next start: set server.allow_anonymous to serve everyone");
        }
        if (gates.isReachable(Gates.Port.ADMIN) && isOpen(next.admin())) {
            throw new ReloadRefused("admin.token and admin.basic are missing, and the admin port is open to other"
                    + " machines until the next start");
        }
    }

    private static boolean isOpen(ServerConfig server) {
        return server.apiKeys().isEmpty() && !server.allowAnonymous();
    }

    private static boolean isOpen(AdminConfig admin) {
        return admin.token() == null && admin.basic() == null;
    }

    private Gateway build(LoadedConfig next) throws ReloadRefused {
        try {
            for (ProviderConfig provider : next.config().providers()) {
                if (provider.enabled()) {
                    clients.check(provider, next.config().server());
                }
            }
            return builder.build(next, current.get());
        } catch (RuntimeException e) {
            throw new ReloadRefused(String.valueOf(e.getMessage()));
        }
    }

    private void use(LoadedConfig next, Gateway gateway) throws ReloadRefused {
        Gateway before = current.get();
        try {
            builder.show(gateway);
            routes.follow(gateway);
        } catch (Exception e) {
            LOG.error("The routes of the new configuration cannot be made; the old ones are made again", e);
            goBack(before);
            throw new ReloadRefused("The routes of the new configuration cannot be made: " + e.getMessage());
        }
        current.use(gateway);
        inForce = next;
        if (management != null) {
            management.show(gateway.traffic().values());
        }
        LogFormat.use(next.config().logging().format());
        before.traffic().keySet().stream()
                .filter(name -> !gateway.traffic().containsKey(name))
                .forEach(name -> retirement.later(() -> forget(name)));
    }

    private void goBack(Gateway before) {
        try {
            builder.show(before);
            routes.follow(before);
        } catch (Exception e) {
            LOG.error("The old routes cannot be made again; the gateway has to be restarted", e);
        }
    }

    /** Unless it has come back meanwhile. */
    private void forget(String provider) {
        if (!current.get().traffic().containsKey(provider)) {
            builder.forget(provider);
        }
    }
}
