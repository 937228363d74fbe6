package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.KeptAliveClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the packed gateway does for a request and for its start, counted rather than timed, so that it says the same on a
 * slow machine. Bounds are a tenth above what was counted (20.5 calls on Java 17 and 21.6 on 25, 8,620 classes); they are
 * lowered with every gain.
 */
class CountsIT {

    private static final int REQUESTS = 1_000;

    private static final Set<String> WAITING = Set.of("futex", "epoll_wait", "restart_syscall", "total");

    @TempDir
    Path directory;

    @Test
    void a_small_request_takes_few_system_calls() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("hello");
                GatewayProcess gateway = start(provider);
                KeptAliveClient client = new KeptAliveClient(gateway.port(), TestGateway.chat("gpt-4", false))) {
            // The compilers have calls of their own while there is much to compile.
            client.ask(5 * REQUESTS);
            Path counted = directory.resolve("calls");
            Process strace = strace(gateway.pid(), counted);
            client.ask(REQUESTS);
            strace.destroy();
            assertThat(strace.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(calls(Files.readString(counted)) / (double) REQUESTS)
                    .as("system calls per request: %s", Files.readString(counted))
                    .isBetween(1.0, 15.0);
        }
    }

    @Test
    void a_start_loads_no_more_classes_than_this() throws Exception {
        try (FakeProvider provider = FakeProvider.saying("hello");
                GatewayProcess gateway = start(provider)) {
            assertThat(loaded(gateway.pid())).isBetween(1_000, 9_400);
        }
    }

    private GatewayProcess start(FakeProvider provider) {
        return GatewayProcess.start(
                directory, "ai_gateway:\n" + TestGateway.providers("", provider).indent(2));
    }

    private static Process strace(long pid, Path counted) {
        try {
            Process strace = new ProcessBuilder(
                            "strace", "-c", "-f", "-o", counted.toString(), "-p", Long.toString(pid))
                    .redirectErrorStream(true)
                    .start();
            // It says so once it follows every thread, or may not.
            String said = strace.inputReader().readLine();
            assumeTrue(
                    said != null && said.contains("attached"), () -> "strace may not follow processes here: " + said);
            return strace;
        } catch (IOException e) {
            return Assumptions.abort("strace is missing: install Debian's package strace");
        }
    }

    /** Without those by which threads wait for each other: they are as many as the scheduler of a busy machine makes them. */
    private static long calls(String table) {
        long calls = 0;
        Matcher line = Pattern.compile("(?m)^ *[\\d.]+ +[\\d.]+ +\\d+ +(\\d+)(?: +\\d+)? (\\w+)$")
                .matcher(table);
        while (line.find()) {
            calls += WAITING.contains(line.group(2)) ? 0 : Long.parseLong(line.group(1));
        }
        return calls;
    }

    private static int loaded(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "PerfCounter.print")
                .redirectErrorStream(true)
                .start();
        String printed = new String(jcmd.getInputStream().readAllBytes());
        Matcher classes = Pattern.compile("java\\.cls\\.(?:sharedLoadedClasses|loadedClasses)=(\\d+)")
                .matcher(printed);
        int all = 0;
        while (classes.find()) {
            all += Integer.parseInt(classes.group(1));
        }
        assertThat(jcmd.waitFor()).as(printed).isZero();
        return all;
    }
}
