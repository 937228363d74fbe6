package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.observe.Management;
import dev.loom.gateway.camel.port.wire.OutOfMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every change of the running gateway comes in: a saved file, a call of the admin port, an operation of JMX. All are
 * done one after the other by one thread.
 */
public final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final ScheduledExecutorService thread;
    private final Duration every;
    private final ConfigReload config;
    private final RouteFiles routes;
    private final SavedRoutes saved;

    /** Files of the configuration that were not there, and at how many looks in a row. */
    private final Map<Path, Integer> missing = new HashMap<>();

    /** @param every how often {@link #watch} looks: a save takes effect after twice this, and the time of the change */
    public Reloader(ScheduledExecutorService thread, Duration every, ConfigReload config, RouteFiles routes) {
        this.every = every;
        this.thread = thread;
        this.config = config;
        this.routes = routes;
        this.saved = new SavedRoutes(routes);
    }

    /** Once Camel's own JMX is there. */
    public void showInJmx(CamelContext context) {
        config.showInJmx(new Management(context), this::reloadForJmx);
    }

    private List<String> reloadForJmx() throws InterruptedException {
        try {
            return reload();
        } catch (ReloadRefused e) {
            throw new IllegalArgumentException(e.getMessage());
        }
    }

    /** Looks after the configuration, and after these files of routes and Kamelets. */
    public void watch(Supplier<List<Path>> routeFiles) {
        routes.begin(routeFiles.get());
        FileWatch files = new FileWatch(() -> {
            List<Path> all = new ArrayList<>(config.files());
            all.addAll(routeFiles.get());
            return all;
        });
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                () -> look(files), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(FileWatch files) {
        try {
            FileWatch.Changes changes = files.look();
            if (changes.saved().stream().anyMatch(config.files()::contains)) {
                reloadNow();
            }
            tellMissing();
            FileWatch.Changes left = saved.rename(new FileWatch.Changes(
                    without(config.files(), changes.saved()), without(config.files(), changes.gone())));
            saved.drop(left.gone(), left.saved());
            saved.take(left.saved());
        } catch (Throwable e) {
            // The thread would look no more, and nobody would be told.
            OutOfMemory.endIf(e);
            LOG.error("A saved file could not be taken over; save it again", e);
        }
    }

    /** Editors and mounted volumes take a file away for a moment; what is missing twice is told, once. */
    private void tellMissing() {
        missing.keySet().removeIf(Files::exists);
        for (Path file : config.files()) {
            if (!Files.exists(file) && missing.merge(file, 1, Integer::sum) == 2) {
                LOG.warn(
                        "{} is gone; what was read from it stays in force until a start, which needs it: put it back",
                        file);
            }
        }
    }

    private static List<Path> without(List<Path> others, List<Path> files) {
        return files.stream().filter(file -> !others.contains(file)).toList();
    }

    private void reloadNow() {
        try {
            config.run();
        } catch (ReloadRefused e) {
            LOG.error("The configuration was saved, but cannot be used; the one before stays in force");
            e.errors().forEach(error -> LOG.error("{}", error));
        }
    }

    /**
     * Reads the configuration again.
     *
     * @return what has changed, by the keys of the file
     * @throws ReloadRefused if it cannot be used; nothing has changed then
     */
    public List<String> reload() throws ReloadRefused, InterruptedException {
        Callable<List<String>> reload = config::run;
        try {
            return thread.submit(reload).get();
        } catch (ExecutionException e) {
            OutOfMemory.endIf(e);
            if (e.getCause() instanceof ReloadRefused refused) {
                throw refused;
            }
            throw new IllegalStateException("The configuration could not be read again", e.getCause());
        }
    }
}
