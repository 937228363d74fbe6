package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.RouteMistake;
import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.camel.port.Reason;
import dev.loom.gateway.camel.port.Version;
import dev.loom.gateway.camel.port.wire.OutOfMemory;
import dev.loom.gateway.migration.LiteLlm;
import dev.loom.gateway.replay.ReplayCommand;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the gateway as a process of its own: {@code java -jar loom-ai-gateway.jar}, or {@code mvn compile camel:run}. */
@Command(
        name = "loom-ai-gateway",
        description = "One OpenAI-compatible address in front of every LLM provider.",
        mixinStandardHelpOptions = true,
        version = Version.NUMBER,
        exitCodeOnInvalidInput = 2,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  LOOM_CONFIG            instead of --config; files are separated by commas",
            "  CAMEL_SERVER_PORT      the client port, 8080",
            "  CAMEL_SERVER_HOST      the address it is bound to",
            "  CAMEL_MANAGEMENT_PORT  the admin port, 9091",
            "",
            "Without --config and LOOM_CONFIG the gateway reads ai-gateway.yaml in the",
            "working directory. Without that, two simulated providers answer."
        })
public final class GatewayMain implements Callable<Integer> {

    static {
        LogFormat.useOurFile();
        LogFormat.useNoBuffersByThread();
        Carriers.use();
    }

    private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

    @ArgGroup
    private Origin origin = new Origin();

    @Option(
            names = "--validate",
            arity = "0..*",
            split = ",",
            paramLabel = "FILE",
            description =
                    "Check the configuration. Print what will be used and exit with 0, or print every mistake and exit"
                            + " with 1.")
    private @Nullable List<String> validate;

    @Option(names = "--schema", description = "Print the JSON Schema of the configuration and exit.")
    private boolean schema;

    @Option(
            names = "--import-litellm",
            paramLabel = "CONFIG.yaml",
            description =
                    "Convert LiteLLM's configuration and print the result. The error output lists what was not carried"
                            + " over.")
    private @Nullable Path liteLlm;

    @Option(names = "--train", hidden = true, description = "Warm up for long, and end; bin/loom --train calls it.")
    private boolean train;

    @ArgGroup(exclusive = false, heading = "%nReplay:%n")
    private @Nullable ReplayCommand replay;

    /** After {@code camel.main.shutdownTimeout}, for what comes after the last request. */
    private static final Duration LAST = Duration.ofSeconds(4);

    /** The exit code of a stop that was cut short. */
    private static final int NOT_CLEAN = 1;

    /** Where the configuration comes from, if the command line says so: one of the two. */
    private static final class Origin {

        @Option(
                names = "--config",
                arity = "1..*",
                split = ",",
                paramLabel = "FILE",
                description = "The configuration. Several files are merged: later files override earlier ones.")
        private List<String> config = List.of();

        @Option(
                names = "--demo",
                description =
                        "Serve the two simulated providers, also to other machines if CAMEL_SERVER_HOST allows them.")
        private boolean demo;

        List<String> files() {
            return demo ? List.of(Installation.DEMO) : config;
        }
    }

    private final CountDownLatch askedToStop = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    public static void main(String... args) throws Exception {
        GatewayMain gateway = new GatewayMain();
        // Without arguments nothing is to be parsed, and the parser need not be loaded.
        System.exit(args.length == 0 ? gateway.call() : commandLine(gateway).execute(args));
    }

    static CommandLine commandLine(GatewayMain gateway) {
        return new CommandLine(gateway).setParameterExceptionHandler((problem, args) -> {
            PrintWriter err = problem.getCommandLine().getErr();
            err.println(problem.getMessage());
            for (String arg : args) {
                if (arg.endsWith(".yaml") && Files.isRegularFile(Path.of(arg))) {
                    err.println("To start with this file, write --config " + arg + ".");
                }
            }
            err.println("--help lists the options.");
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws Exception {
        if (schema) {
            return ConfigSchema.print(System.out);
        }
        if (liteLlm != null) {
            return LiteLlm.run(liteLlm, System.out, System.err);
        }
        if (replay != null) {
            return replay.run(origin.files(), System.out, System.err);
        }
        Installation installation = Installation.in(Path.of(""));
        return validate != null
                ? Validation.run(installation, validate.isEmpty() ? origin.files() : validate, System.out)
                : run(installation, origin.files());
    }

    private int run(Installation installation, List<String> chosen) throws Exception {
        OutOfMemory.endProcess();
        Main main = new Main();
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation(installation.properties());
        GatewaySetup setup = new GatewaySetup(installation, chosen, train);
        main.addMainListener(setup);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(main, setup), "loom-stop"));
        try {
            CamelFiles.settings(installation.properties());
            main.run();
            return exitCode(setup);
        } catch (GatewaySetup.NotEnabled e) {
            LOG.warn("{}; waiting to be stopped", e.getMessage());
            askedToStop.await();
            return 0;
        } catch (InvalidConfiguration e) {
            LOG.error("The gateway cannot start");
            String.valueOf(e.getMessage()).lines().forEach(problem -> LOG.error("{}", problem));
            return 1;
        } catch (Exception e) {
            LOG.error("The gateway cannot start");
            List<String> mistakes = Validation.routeProblems(installation);
            (mistakes.isEmpty() ? causes(e) : mistakes).forEach(line -> LOG.error("{}", line));
            LOG.debug("The gateway cannot start", e);
            return 1;
        } finally {
            finished.countDown();
        }
    }

    /** What went wrong, and why, a line each: an operator has mostly mistyped a route or a property. */
    private static List<String> causes(Exception thrown) {
        return RouteMistake.of(thrown)
                .map(mistake -> List.of(mistake.toString()))
                .orElseGet(() -> Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                        .map(cause -> Reason.onOneLine(cause.toString()))
                        .distinct()
                        .toList());
    }

    /** Camel only logs what goes wrong while or after it starts its routes. */
    private static int exitCode(GatewaySetup setup) {
        if (setup.startProblem() == null) {
            return 0;
        }
        LOG.error("The gateway cannot start: {}", setup.startProblem());
        return 1;
    }

    /**
     * SIGTERM: lets the main thread stop the gateway in its own time, and ends the process with 0 rather than with the
     * signal's number. Whatever state it is in, it ends. While it starts nothing is under way, and nothing is waited for.
     */
    private void stop(Main main, GatewaySetup setup) {
        if (finished.getCount() == 0) {
            return;
        }
        askedToStop.countDown();
        int exitCode = NOT_CLEAN;
        try {
            Thread asking = new Thread(() -> ask(main, setup), "loom-stopping");
            asking.setDaemon(true);
            asking.start();
            boolean serving = setup.isServing();
            Duration patience = serving
                    ? Duration.ofSeconds(main.configure().getShutdownTimeout()).plus(LAST)
                    : LAST;
            boolean clean = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS) || !serving;
            exitCode = clean ? 0 : NOT_CLEAN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** On a thread of its own, so that nothing that hangs here keeps the process alive. */
    private static void ask(Main main, GatewaySetup setup) {
        try {
            setup.announceStop();
            main.completed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
