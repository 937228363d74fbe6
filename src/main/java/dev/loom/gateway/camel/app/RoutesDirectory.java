package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.Beginnings;
import dev.loom.gateway.camel.live.RouteCheck;
import dev.loom.gateway.camel.port.InvalidConfiguration;
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

    /** @throws InvalidConfiguration if there are any problems */
    static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(String.join("\n", problems));
        }
    }

    /** What keeps a start from reading their files. */
    static List<String> problems(Installation installation) {
        List<String> problems = new ArrayList<>();
        List<String> own = new ArrayList<>();
        Beginnings beginnings = new Beginnings();
        boolean hasTemplate = !installation.routes().startsWith("file:");
        for (Path file : installation.routeFiles()) {
            try {
                String text = UserFile.text(file);
                hasTemplate |= text.contains(TEMPLATE);
                List<String> unfit = RouteCheck.unfit(file, text);
                unfit.forEach(problem -> problems.add(file + ": " + problem));
                RouteCheck.ownBeans(file, text).forEach(problem -> own.add(file + ": " + problem));
                if (unfit.isEmpty() && file.toString().endsWith(".camel.yaml")) {
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
            beginnings.missing().forEach(name -> problems.add(missing(installation, name)));
            problems.addAll(beginnings.spaces());
            problems.addAll(own);
            problems.addAll(beginnings.clashes());
        }
        return problems;
    }

    private static String missing(Installation installation, String name) {
        String file = ShippedRoutes.fileOf(name);
        return installation.routes().substring("file:".length()) + ": "
                + (name.startsWith("direct:")
                        ? "no route begins with " + name + ", and other routes call it"
                        : "there is no " + name.replace(":", " ") + ", and routes name it")
                + (file.isEmpty()
                        ? "; add one, or correct the name"
                        : "; it is in the file " + file + ", which you can copy from the jar: jar xf"
                                + " loom-ai-gateway.jar loom/routes");
    }
}
