package dev.loom.gateway.replay;

import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.replay.Comparison.Side;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * {@code --replay requests.jsonl --config a.yaml --against b.yaml}: what another configuration would have made of recorded
 * requests. Ends with 0, or with 1 and every problem on the error output.
 */
public final class ReplayCommand {

    @Option(
            names = "--replay",
            required = true,
            paramLabel = "REQUESTS.jsonl",
            description = "Compare two configurations on the requests in this file. No provider is called.")
    private Path requests = Path.of("");

    @Option(
            names = "--against",
            required = true,
            paramLabel = "FILE",
            description = "The new configuration. --config names the one to compare it with.")
    private String against = "";

    @Option(names = "--json", description = "Print the comparison as JSON.")
    private boolean json;

    /**
     * Prints the comparison.
     *
     * @param config the files of the configuration to compare with, laid over each other
     * @return the exit code
     */
    public int run(List<String> config, PrintStream out, PrintStream err) {
        if (config.isEmpty()) {
            err.println("Missing required option: '--config=FILE'");
            return 2;
        }
        try {
            Comparison comparison = compare(String.join(",", config));
            out.print(json ? Json.string(comparison.json()) + System.lineSeparator() : comparison.table());
            return 0;
        } catch (ReplayFailed e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private Comparison compare(String config) throws ReplayFailed {
        GatewayConfig before = load(config);
        GatewayConfig after = load(against);
        List<RecordedRequest> recorded = RequestsFile.read(requests);
        return new Comparison(
                recorded,
                new Side(config, Replay.run(before, recorded)),
                new Side(against, Replay.run(after, recorded)));
    }

    private static GatewayConfig load(String files) throws ReplayFailed {
        try {
            List<String> locations =
                    Arrays.stream(files.split(",")).map(String::trim).toList();
            GatewayConfig loaded = ConfigLoader.ofEnvironment().load(locations).config();
            String strategy = loaded.routing().strategy();
            if (!loaded.enabled()) {
                throw new ReplayFailed(files + ": ai_gateway.enabled is false, so nothing is served");
            }
            if (strategy.startsWith("bean:")) {
                throw new ReplayFailed(files + ": routing.strategy '" + strategy
                        + "' is code of your own; a replay knows only the built-in strategies");
            }
            return loaded;
        } catch (ConfigException e) {
            throw new ReplayFailed(
                    e.problems().stream().map(Object::toString).collect(Collectors.joining(System.lineSeparator())));
        }
    }
}
