package dev.loom.gateway.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL of this machine, with a directory and a port of its own. */
public final class Postgres implements Closeable {

    private static final Path ALL = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path home;
    private final int port;

    private Postgres(Path programs) throws IOException, InterruptedException {
        this.programs = programs;
        this.home = Files.createTempDirectory("loom-postgres");
        this.port = FreePorts.next();
        if (isRoot()) {
            run(List.of("chown", "postgres", home.toString()));
        }
        run(asOwner(programs.resolve("initdb").toString(), "-D", data(), "-U", "loom", "--auth=trust", "-N"));
        up();
    }

    /** Skips the test, and says why, where the machine has none. */
    public static Postgres start() throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        Assumptions.assumeTrue(programs.isPresent(), "PostgreSQL is missing: install Debian's package postgresql");
        return new Postgres(programs.orElseThrow());
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(ALL)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(ALL)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .findFirst();
        }
    }

    private String data() {
        return home.resolve("data").toString();
    }

    /** Starts it again where it was stopped. */
    public void up() throws IOException, InterruptedException {
        String options = "-c listen_addresses=127.0.0.1 -c port=" + port + " -c unix_socket_directories=" + home;
        run(asOwner(
                control(),
                "-D",
                data(),
                "-w",
                "-t",
                "180",
                "-o",
                options,
                "-l",
                home.resolve("log").toString(),
                "start"));
    }

    /** Stops it; who is connected is cut off. */
    public void down() throws IOException, InterruptedException {
        run(asOwner(control(), "-D", data(), "-m", "immediate", "stop"));
    }

    /** It is there, and does nothing; nor does what serves its connections. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            String main =
                    Files.readAllLines(home.resolve("data/postmaster.pid")).get(0);
            ProcessHandle.of(Long.parseLong(main.strip()))
                    .ifPresent(server -> Stream.concat(Stream.of(server), server.descendants())
                            .forEach(each -> kill(name, each.pid())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String control() {
        return programs.resolve("pg_ctl").toString();
    }

    /** As a configuration names it. */
    public String url() {
        return "postgres://loom@127.0.0.1:" + port + "/postgres";
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> asOwner(String... command) {
        List<String> whole =
                new ArrayList<>(isRoot() ? List.of("setpriv", "--reuid=postgres", "--clear-groups") : List.of());
        whole.addAll(List.of(command));
        return whole;
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Path output = home.resolve("out-" + System.identityHashCode(command));
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(command + ": " + Files.readString(output, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        try {
            down();
        } catch (IOException e) {
            // Down already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
