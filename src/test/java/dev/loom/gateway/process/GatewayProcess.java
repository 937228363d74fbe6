package dev.loom.gateway.process;

import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.Http;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packed jar as a process of its own, in a directory of the test's, on free ports. */
final class GatewayProcess implements Closeable {

    /** Generous: a busy machine may need half a minute to start a JVM. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Compiles less, which halves the start. */
    static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private final Process process;
    private final Path log;
    private final int port;
    private final int adminPort;

    private GatewayProcess(Process process, Path log, int port, int adminPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.adminPort = adminPort;
    }

    /** Starts it and returns at once. The environment given here is laid over ports that are free. */
    static GatewayProcess launch(Path directory, Path java, Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(java.toString(), QUICK_START, "-jar", System.getProperty("loom.jar")));
        command.addAll(List.of(arguments));
        return launch(directory, command, environment);
    }

    /** Starts it by a command line of the test's own. */
    static GatewayProcess launch(Path directory, List<String> command, Map<String, String> environment) {
        Path log = directory.resolve("gateway.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CAMEL_") || name.startsWith("LOOM_"));
        builder.environment().put("CAMEL_SERVER_PORT", Integer.toString(FreePorts.next()));
        builder.environment().put("CAMEL_MANAGEMENT_PORT", Integer.toString(FreePorts.next()));
        // Tests of other things do not wait for it.
        builder.environment().put("LOOM_WARM_UP", "0s");
        builder.environment().putAll(environment);
        try {
            return new GatewayProcess(
                    builder.start(),
                    log,
                    port(builder.environment().get("CAMEL_SERVER_PORT")),
                    port(builder.environment().get("CAMEL_MANAGEMENT_PORT")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Zero where a test gives no number, to see what the gateway says to it. */
    private static int port(String text) {
        return text.matches("\\d+") ? Integer.parseInt(text) : 0;
    }

    static GatewayProcess launch(Path directory, String... arguments) {
        return launch(directory, thisJava(), Map.of(), arguments);
    }

    /** Starts it with this configuration and returns when it is ready. */
    static GatewayProcess start(Path directory, Path java, String yaml) {
        write(directory.resolve("ai-gateway.yaml"), yaml);
        return launch(directory, java, Map.of()).awaitReady();
    }

    static GatewayProcess start(Path directory, String yaml) {
        return start(directory, thisJava(), yaml);
    }

    static Path thisJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GatewayProcess awaitReady() {
        await("the gateway to be ready").atMost(PATIENCE).ignoreExceptions().until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("The gateway ended with " + process.exitValue() + ":\n" + log());
            }
            return get(adminUrl() + "/ready").statusCode() == 200;
        });
        return this;
    }

    /** Waits for it to end by itself. */
    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The gateway does not end:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean endsWithin(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks it to stop, as SIGTERM does. */
    void terminate() {
        process.destroy();
    }

    /** Ends it at once, as SIGKILL does. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String adminUrl() {
        return "http://127.0.0.1:" + adminPort;
    }

    /** What it has printed so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitLog(String text) {
        awaitLog(text, PATIENCE);
    }

    /** Fails at once where the process ends before. */
    void awaitLog(String text, Duration patience) {
        await("'" + text + "' in the log").atMost(patience).until(() -> {
            if (!log().contains(text) && !process.isAlive()) {
                throw new AssertionError("It ended with " + process.exitValue() + ":\n" + log());
            }
            return log().contains(text);
        });
    }

    static HttpResponse<String> get(String url) {
        return Http.get(url);
    }

    HttpResponse<String> chat(String content) {
        return Http.send(Http.post(url() + "/v1/chat/completions", StreamClient.body(content, false)));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
    }
}
