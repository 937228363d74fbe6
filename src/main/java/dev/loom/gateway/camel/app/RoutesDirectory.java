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
        boolean hasTemplate = !installation.routes().startsWith("file:");
        for (Path file : installation.routeFiles()) {
            try {
                String text = UserFile.text(file);
                hasTemplate |= text.contains(TEMPLATE);
                RouteCheck.nested(text).forEach(problem -> problems.add(file + ": " + problem));
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
        return problems;
    }
}
