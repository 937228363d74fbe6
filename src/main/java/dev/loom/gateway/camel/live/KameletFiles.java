package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.KameletEndpoint;

/** Kamelets by their files, and the endpoints that name them. */
final class KameletFiles {

    private static final String ENDING = ".kamelet.yaml";

    private KameletFiles() {}

    static boolean isOne(Path file) {
        return file.toString().endsWith(ENDING);
    }

    /** The name of the Kamelet of this file. */
    static String name(Path file) {
        return file.getFileName().toString().replace(ENDING, "");
    }

    /** Endpoints that name the Kamelet of this file; none if it is none. */
    static List<KameletEndpoint> usersOf(CamelContext context, Path file) {
        return users(context).stream()
                .filter(endpoint -> isOne(file) && endpoint.getTemplateId().equals(name(file)))
                .toList();
    }

    /** Endpoints that name any Kamelet. Behind each stands a route of its own. */
    static List<KameletEndpoint> users(CamelContext context) {
        return context.getEndpoints().stream()
                .filter(KameletEndpoint.class::isInstance)
                .map(KameletEndpoint.class::cast)
                .filter(RouteSwap::isUse)
                .toList();
    }
}
