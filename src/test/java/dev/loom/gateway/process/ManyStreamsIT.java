package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that are all open at the same moment, and the threads that they take, counted from outside. */
class ManyStreamsIT {

    /** A simulated answer has about twenty words: every stream takes half a minute, so that all of them overlap. */
    private static final String SLOW =
            """
            ai_gateway:
              providers:
                - name: sim
                  type: simulator
                  models: [gpt-4]
                  simulator: {latency: 100ms, tokens_per_second: 0.7}
            """;

    /** Descriptors for what is no stream: jars, logs, epoll. */
    private static final int OTHER_FILES = 300;

    @TempDir
    Path directory;

    @Test
    void a_thousand_streams_complete_on_the_java_of_the_build() throws IOException {
        enoughFilesFor(1000);
        try (GatewayProcess gateway = GatewayProcess.start(directory, SLOW)) {
            boolean virtual = Runtime.version().feature() >= 21;
            assertThat(gateway.log())
                    .contains(
                            virtual
                                    ? "Requests run on virtual threads"
                                    : "Requests run on at most 1000 platform threads (server.worker_threads)");
            stream(gateway, 1000);
        }
    }

    @Test
    void two_thousand_streams_complete_on_java_25_with_fewer_than_a_hundred_platform_threads() throws IOException {
        Optional<Path> java = java25();
        assumeTrue(java.isPresent(), "No JDK 25 in JAVA_25_HOME or beside the JDK of the build: not tried on 25");
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "Threads can only be counted where there is /proc");
        enoughFilesFor(2000);
        try (GatewayProcess gateway = GatewayProcess.start(directory, java.get(), SLOW)) {
            assertThat(gateway.log()).contains("Requests run on virtual threads");
            assertThat(stream(gateway, 2000))
                    .hasSizeLessThan(100)
                    .as("those that carry the virtual ones, more than processors")
                    .satisfies(names -> assertThat(names)
                            .filteredOn(name -> name.startsWith("ForkJoinPool-1-"))
                            .hasSizeGreaterThan(Runtime.getRuntime().availableProcessors()));
        }
    }

    /** @return the names of the gateway's platform threads while all streams were open */
    private static List<String> stream(GatewayProcess gateway, int count) throws IOException {
        try (StreamClient client = new StreamClient(gateway.port(), count)) {
            List<CompletableFuture<StreamClient.Answer>> answers = client.awaitOpen(count, Duration.ofSeconds(120));
            List<String> threads = threads(gateway.pid());
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .orTimeout(120, TimeUnit.SECONDS)
                    .join();
            assertThat(answers).allMatch(answer -> answer.join().isWhole());
            return threads;
        }
    }

    private static List<String> threads(long pid) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(tasks)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
                for (Path task : each) {
                    names.add(name(task));
                }
            }
        }
        return names;
    }

    /** Empty for one that has ended in the meantime. */
    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<Path> java25() throws IOException {
        String home = System.getenv("JAVA_25_HOME");
        if (home != null) {
            return Optional.of(Path.of(home, "bin", "java"));
        }
        Path beside = Path.of(System.getProperty("java.home")).getParent();
        try (Stream<Path> homes = Files.list(beside)) {
            return homes.filter(each -> each.getFileName().toString().contains("25"))
                    .map(each -> each.resolve("bin").resolve("java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }

    /** Both processes inherit this limit, and the JVM raises its own up to the hard one. */
    private static void enoughFilesFor(int streams) throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (Files.isReadable(limits)) {
            String line = Files.readAllLines(limits).stream()
                    .filter(each -> each.startsWith("Max open files"))
                    .findFirst()
                    .orElseThrow();
            String hard = line.split("\\s+")[4];
            assumeTrue(
                    hard.equals("unlimited") || Long.parseLong(hard) >= streams + OTHER_FILES,
                    streams + " streams need as many open files; this shell allows " + hard + ": raise 'ulimit -Hn'");
        }
    }
}
