package dev.loom.gateway.camel.app;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;

/** Brings the {@link EmbeddedGateway} into every Camel context of an application that has the jar on its classpath. */
public final class GatewayPlugin implements ContextServicePlugin {

    /** For {@link java.util.ServiceLoader}. */
    public GatewayPlugin() {}

    @Override
    public void load(CamelContext context) {
        new EmbeddedGateway().setCamelContext(context);
    }
}
