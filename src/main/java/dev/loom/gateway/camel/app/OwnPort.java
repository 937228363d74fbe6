package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.NoHeaders;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * Inside another application {@code platform-http} is the application's, with a port of its own and no gate in front. The
 * gateway's client routes are put on the gateway's port before they start.
 */
final class OwnPort {

    private static final String STOCK = "platform-http:";
    private static final String OURS = "loom-http:";

    private OwnPort() {}

    /** Before the routes start. Those that name the gateway's filter of headers are the gateway's. */
    static void take(ModelCamelContext context) {
        for (RouteDefinition route : context.getRouteDefinitions()) {
            FromDefinition from = route.getInput();
            String uri = from.getEndpointUri();
            if (uri != null && uri.startsWith(STOCK) && uri.contains(NoHeaders.BEAN)) {
                from.setUri(OURS + uri.substring(STOCK.length()));
            }
        }
    }
}
