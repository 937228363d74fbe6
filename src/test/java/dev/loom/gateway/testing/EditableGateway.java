package dev.loom.gateway.testing;

import static org.awaitility.Awaitility.await;

import dev.loom.gateway.camel.app.Installation;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Route;

/** A gateway with a directory of its own, whose files a test can edit while it runs. */
public final class EditableGateway implements Closeable {

    private final Path directory;
    private final TestGateway gateway;

    private EditableGateway(Path directory, TestGateway gateway) {
        this.directory = directory;
        this.gateway = gateway;
    }

    /** @param yaml what stands below {@code ai_gateway:} */
    public static EditableGateway start(Path directory, String yaml) {
        return start(directory, yaml, Map.of(), Map.of());
    }

    /** @param beans what a host application has in its registry, by name */
    public static EditableGateway start(Path directory, String yaml, Map<String, Object> beans) {
        return start(directory, yaml, Map.of(), beans);
    }

    /** One that does not look after its files by itself. */
    public static EditableGateway startUnwatched(Path directory, String yaml) {
        return start(directory, yaml, Map.of("loom.watch", "false"), Map.of());
    }

    public static EditableGateway start(
            Path directory, String yaml, Map<String, String> properties, Map<String, Object> beans) {
        copy("routes", directory);
        copy("kamelets", directory);
        save(directory.resolve("ai-gateway.yaml"), "ai_gateway:\n" + yaml.indent(2));
        Installation installation = new Installation(
                "file:application.properties",
                "file:" + directory + "/routes/*.camel.yaml",
                "file:" + directory + "/kamelets",
                "file:" + directory + "/ai-gateway.yaml");
        return new EditableGateway(directory, TestGateway.start(installation, properties, beans));
    }

    private static void copy(String name, Path to) {
        try (Stream<Path> files = Files.list(Path.of(name))) {
            Path target = Files.createDirectories(to.resolve(name));
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public TestGateway gateway() {
        return gateway;
    }

    /** Saves another configuration. */
    public void configure(String yaml) {
        save(directory.resolve("ai-gateway.yaml"), "ai_gateway:\n" + yaml.indent(2));
    }

    public void save(String file, String text) {
        save(directory.resolve(file), text);
    }

    public void delete(String file) {
        try {
            Files.delete(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void edit(String file, UnaryOperator<String> change) {
        save(file, change.apply(read(file)));
    }

    public String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Saves a file of routes or a Kamelet and waits for what becomes of it.
     *
     * @return what is wrong with it; empty where it is in use now
     */
    public String saveAndWait(String file, String text) {
        try (CapturedLog log = new CapturedLog()) {
            save(file, text);
            return verdict(log, directory.resolve(file).toString());
        }
    }

    private static String verdict(CapturedLog log, String file) {
        return await().atMost(Duration.ofSeconds(120))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> verdictYet(log, file), Objects::nonNull);
    }

    private static String verdictYet(CapturedLog log, String file) {
        List<String> told = new ArrayList<>();
        for (String message : log.messages()) {
            if (message.startsWith(file)) {
                told.add(message);
            }
            if (message.startsWith(file + " was saved, but cannot be used")) {
                return String.join("\n", told);
            }
            if (message.equals(file + " was saved and is in use")) {
                return "";
            }
        }
        return null;
    }

    /** As most editors do: a file beside it, moved into its place. */
    private static void save(Path file, String text) {
        try {
            Path draft = file.resolveSibling(file.getFileName() + "~");
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of the routes that run, in order. */
    public List<String> routes() {
        return gateway.camel().getRoutes().stream()
                .map(Route::getRouteId)
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
