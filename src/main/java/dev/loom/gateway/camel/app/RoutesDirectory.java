package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.RouteCheck;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory {@code routes/} takes the place of all route files in the jar: whoever adds one file has to bring the others.
 * Kamelets in a directory come beside those of the jar.
 */
final class RoutesDirectory {

    /** Every provider has an instance of this template, so that no start succeeds without it. Its id may stand in quotes. */
    private static final String TEMPLATE = "loom-provider";

    private RoutesDirectory() {}

    /** What keeps a start from reading their files. */
    static List<String> problems(Installation installation) {
        List<String> problems = new ArrayList<>();
        Beginnings beginnings = new Beginnings();
        boolean hasTemplate = !installation.routes().startsWith("file:");
        for (Path file : installation.routeFiles()) {
            try {
                String text = UserFile.text(file);
                hasTemplate |= text.contains(TEMPLATE);
                List<String> nested = RouteCheck.nested(text);
                nested.forEach(problem -> problems.add(file + ": " + problem));
                if (nested.isEmpty() && file.toString().endsWith(".camel.yaml")) {
                    beginnings.read(file.toString(), text);
                }
            } catch (IOException e) {
                problems.add(file + ": " + e.getMessage());
            }
        }
        if (problems.isEmpty() && !hasTemplate) {
            problems.add(
                    installation.routes().substring("file:".length())
                            + ": routes/ must hold all route files, also those that you do not change, and the template"
                            + " loom-provider is in none of them; copy them from the jar: jar xf loom-ai-gateway.jar loom/routes");
        }
        if (problems.isEmpty() && installation.routes().startsWith("file:")) {
            beginnings.missing().forEach(address -> problems.add(missing(installation, address)));
            problems.addAll(beginnings.clashes());
        }
        return problems;
    }

    private static String missing(Installation installation, String address) {
        String file = ShippedRoutes.fileOf(address);
        return installation.routes().substring("file:".length()) + ": no route begins with " + address
                + ", and other routes call it"
                + (file.isEmpty()
                        ? "; add one, or correct the address"
                        : "; it is in the file " + file + ", which you can copy from the jar: jar xf"
                                + " loom-ai-gateway.jar loom/routes");
    }
}
