package dev.loom.gateway.replay;

import dev.loom.gateway.config.ConfigException;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.replay.Comparison.Side;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * {@code --replay requests.jsonl --config a.yaml --against b.yaml}: what another configuration would have made of recorded
 * requests. Ends with 0, or with 1 and every problem on the error output.
 */
public final class ReplayCommand implements Callable<Integer> {

    @Option(
            names = "--replay",
            required = true,
            paramLabel = "<requests.jsonl>",
            description = "Compare what two configurations make of the requests in this file, without calling anyone.")
    private Path requests = Path.of("");

    @Option(
            names = "--config",
            required = true,
            paramLabel = "<file>",
            description = "The configuration to compare with; several, separated by commas, are laid over each other.")
    private String config = "";

    @Option(
            names = "--against",
            required = true,
            paramLabel = "<file>",
            description = "The configuration that is in question.")
    private String against = "";

    @Option(names = "--json", description = "Print the comparison as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        return run(System.out, System.err);
    }

    int run(PrintStream out, PrintStream err) {
        try {
            Comparison comparison = compare();
            out.print(json ? Json.string(comparison.json()) + System.lineSeparator() : comparison.table());
            return 0;
        } catch (ReplayFailed e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private Comparison compare() throws ReplayFailed {
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
