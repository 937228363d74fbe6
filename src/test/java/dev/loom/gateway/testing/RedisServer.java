package dev.loom.gateway.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A real redis-server of this test's own, or its like, on a free port, that keeps nothing on disk. */
public final class RedisServer implements Closeable {

    private static final Path DIRECTORY = Path.of(System.getProperty("java.io.tmpdir"));

    /** {@code -Dloom.redis=valkey-server} tests with that. */
    private static final String PROGRAM = System.getProperty("loom.redis", "redis-server");

    private final int port;
    private final List<String> command;
    private final String password;
    private Process process;

    private RedisServer(int port, List<String> command, String password) {
        this.port = port;
        this.command = command;
        this.password = password;
        begin();
    }

    /**
     * Skips the test, and says why, where the machine has none.
     *
     * @param options of the command line, such as {@code --requirepass}
     */
    public static RedisServer start(String... options) {
        return start(PROGRAM, List.of(options));
    }

    /** As {@link #start}, with Valkey's server. */
    public static RedisServer valkey(String... options) {
        return start("valkey-server", List.of(options));
    }

    private static RedisServer start(String program, List<String> options) {
        int port = FreePorts.next();
        List<String> command = new ArrayList<>(List.of(program, "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"));
        command.addAll(List.of("--dir", DIRECTORY.toString(), "--dbfilename", file(port)));
        command.addAll(options);
        int password = options.indexOf("--requirepass") + 1;
        return new RedisServer(port, command, password == 0 ? "" : options.get(password));
    }

    /**
     * A sentinel alone, that watches one server and its replicas under the name {@code main}.
     *
     * @param password of the servers
     */
    public static RedisServer sentinel(Path directory, RedisServer master, String password) {
        int port = FreePorts.next();
        try {
            Path file = Files.writeString(
                    directory.resolve("sentinel.conf"),
                    """
                    port %d
                    bind 127.0.0.1
                    sentinel monitor main 127.0.0.1 %d 1
                    sentinel auth-pass main %s
                    sentinel down-after-milliseconds main 500
                    sentinel failover-timeout main 2000
                    """
                            .formatted(port, master.port, password));
            return new RedisServer(port, List.of(PROGRAM, file.toString(), "--sentinel"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Written by a replica that takes over all of its master's. */
    private static String file(int port) {
        return "redis-" + port + ".rdb";
    }

    private void forget() {
        try {
            Files.deleteIfExists(DIRECTORY.resolve(file(port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin() {
        forget();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.abort(command.get(0) + " is missing: install the package of that name");
        }
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** What the server itself says, by redis-cli. */
    public String cli(String... command) {
        List<String> words = Stream.concat(Stream.of("redis-cli", "-p", Integer.toString(port)), Stream.of(command))
                .toList();
        try {
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            if (!password.isEmpty()) {
                builder.environment().put("REDISCLI_AUTH", password);
            }
            Process cli = builder.start();
            return new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is there, and does nothing. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** As kill -9 does; everything that it knew is lost. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void restart() {
        begin();
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        forget();
    }
}
