package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.camel.port.Reason;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;

/**
 * What can be said of a route file while no gateway runs: its form and its expressions, but not its beans, and of its endpoints
 * the components alone.
 */
public final class RouteCheck {

    private RouteCheck() {}

    /** What would end a start without a word: that the file is nested too deep, or too long. */
    public static List<String> nested(String text) {
        return RouteTexts.nested(text);
    }

    /**
     * What is wrong with the file, each with its place; empty if nothing is.
     *
     * @param kamelets where those are that the file may name
     */
    public static List<String> problems(Path file, String kamelets) {
        try {
            return LogFormat.quietly(() -> check(file, kamelets));
        } catch (Exception | StackOverflowError e) {
            return List.of(Reason.of(e));
        }
    }

    private static List<String> check(Path file, String kamelets) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.disableJMX();
            context.build();
            context.getComponent("kamelet", KameletComponent.class).setLocation(kamelets);
            Resource text = RouteTexts.read(file);
            List<String> unreadable = RouteTexts.unreadable(text);
            List<String> problems = unreadable.isEmpty() ? RouteFileSchema.problems(text) : unreadable;
            return problems.isEmpty()
                    ? RouteExpressions.problems(
                            context,
                            new Definitions(context)
                                    .load(text).routes().stream()
                                            .map(Definitions.Loaded::route)
                                            .toList(),
                            RouteTexts.text(text).lines().toList())
                    : problems;
        }
    }
}
