package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.observe.LogFormat;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.camel.port.OutOfMemory;
import dev.loom.gateway.camel.port.Version;
import dev.loom.gateway.config.ConfigException;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.replay.ReplayCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
        exitCodeOnInvalidInput = 2)
public final class GatewayMain implements Callable<Integer> {

    static {
        LogFormat.useOurFile();
        LogFormat.useNoBuffersByThread();
    }

    private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

    @Option(names = "--validate", description = "Check the configuration, print every problem, and exit with 0 or 1.")
    private boolean validate;

    @ArgGroup(exclusive = false, heading = "Replay:%n")
    private @Nullable ReplayCommand replay;

    /** After {@code camel.main.shutdownTimeout}, for what comes after the last request. */
    private static final Duration LAST = Duration.ofSeconds(4);

    /** The exit code of a stop that was cut short. */
    private static final int NOT_CLEAN = 1;

    private final CountDownLatch askedToStop = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    public static void main(String... args) throws Exception {
        GatewayMain gateway = new GatewayMain();
        // Without arguments nothing is to be parsed, and the parser need not be loaded.
        System.exit(args.length == 0 ? gateway.call() : new CommandLine(gateway).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (replay != null) {
            return replay.call();
        }
        Installation installation = Installation.in(Path.of(""));
        return validate ? validate(installation) : run(installation);
    }

    private static int validate(Installation installation) {
        try {
            LoadedConfig loaded = ConfigLoader.ofEnvironment().load(ConfigLocations.find(installation));
            loaded.warnings().forEach(warning -> System.out.println("warning  " + warning));
            System.out.println("The configuration is valid.");
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(System.out::println);
            return 1;
        }
    }

    private int run(Installation installation) throws Exception {
        OutOfMemory.endProcess();
        Main main = new Main();
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setDefaultPropertyPlaceholderLocation(installation.properties());
        GatewaySetup setup = new GatewaySetup(installation);
        main.addMainListener(setup);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(main, setup), "loom-stop"));
        try {
            main.run();
            return exitCode(setup);
        } catch (GatewaySetup.NotEnabled e) {
            LOG.warn("{}; waiting to be stopped", e.getMessage());
            askedToStop.await();
            return 0;
        } catch (InvalidConfiguration e) {
            LOG.error("The gateway cannot start:\n{}", e.getMessage());
            return 1;
        } catch (Exception e) {
            LOG.error("The gateway cannot start:\n{}", causes(e));
            LOG.debug("The gateway cannot start", e);
            return 1;
        } finally {
            finished.countDown();
        }
    }

    /** What went wrong, and why, one line each: an operator has mostly mistyped a route or a property. */
    private static String causes(Exception thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .map(Throwable::toString)
                .distinct()
                .collect(Collectors.joining("\n"));
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
     * signal's number. Whatever state it is in, it ends.
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
            Duration patience =
                    Duration.ofSeconds(main.configure().getShutdownTimeout()).plus(LAST);
            exitCode = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS) ? 0 : NOT_CLEAN;
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
