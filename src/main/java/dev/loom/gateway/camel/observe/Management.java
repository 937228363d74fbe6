package dev.loom.gateway.camel.observe;

import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the gateway and its providers in JMX, by way of Camel's management: where Camel's JMX is off nothing is shown,
 * and what is shown goes with the Camel context. The names are part of the public surface:
 * {@code dev.loom.gateway:context=<Camel context>,type=provider,name=<provider>} and
 * {@code dev.loom.gateway:context=<Camel context>,type=gateway}.
 */
public final class Management {

    private static final Logger LOG = LoggerFactory.getLogger(Management.class);

    private final @Nullable ManagementAgent agent;
    private final String prefix;
    private final Map<String, ProviderTraffic> shown = new HashMap<>();

    public Management(CamelContext context) {
        this.agent = context.getManagementStrategy().getManagementAgent();
        this.prefix = "dev.loom.gateway:context=" + (agent == null ? "" : part(context.getManagementName()));
    }

    /** Adds the one MBean for all. */
    public void show(ManagedGateway gateway) {
        register(gateway, ",type=gateway");
    }

    /** From now on these providers are shown and no others. After a reload they may be others of the same names. */
    public synchronized void show(Collection<ProviderTraffic> providers) {
        for (ProviderTraffic gone : List.copyOf(shown.values())) {
            if (!providers.contains(gone)) {
                unregister(provider(gone.name()));
                shown.remove(gone.name());
            }
        }
        for (ProviderTraffic provider : providers) {
            if (shown.put(provider.name(), provider) == null) {
                register(new ManagedProvider(provider), provider(provider.name()));
            }
        }
    }

    private static String provider(String name) {
        return ",type=provider,name=" + name;
    }

    /** As it is where that can be, else in quotes. */
    private static String part(String value) {
        return value.matches("[\\w. -]+") ? value : ObjectName.quote(value);
    }

    private void register(Object bean, String name) {
        if (agent != null) {
            try {
                agent.register(bean, new ObjectName(prefix + name));
            } catch (JMException e) {
                LOG.warn("Not shown in JMX: {}{}", prefix, name, e);
            }
        }
    }

    private void unregister(String name) {
        if (agent != null) {
            try {
                agent.unregister(new ObjectName(prefix + name));
            } catch (JMException e) {
                LOG.warn("Still shown in JMX: {}{}", prefix, name, e);
            }
        }
    }
}
