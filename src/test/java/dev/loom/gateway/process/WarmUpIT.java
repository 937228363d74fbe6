package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway warms up before its first client, and the launcher chooses the JVM's options. */
class WarmUpIT {

    private static final Path LAUNCHER = Path.of("bin", "loom").toAbsolutePath();

    /** Runs the launcher, which is $0, in a group of processes that may use 1 GB, in either kind of groups. */
    private static final String LIMITED =
            """
            for file in /sys/fs/cgroup/memory/loom-$$/memory.limit_in_bytes /sys/fs/cgroup/loom-$$/memory.max; do
              group=$(dirname $file)
              mkdir $group 2> /dev/null || continue
              if [ -f $file ] && echo 1G > $file; then
                (echo $BASHPID > $group/cgroup.procs && exec "$0" --print)
                rmdir $group
                exit
              fi
              rmdir $group
            done
            echo no group
            """;

    @TempDir
    private Path directory;

    @Test
    void a_gateway_has_served_requests_before_it_is_ready_and_none_of_them_is_counted() {
        try (GatewayProcess gateway = GatewayProcess.launch(
                        directory, GatewayProcess.thisJava(), Map.of("LOOM_WARM_UP", "30s"), "--demo")
                .awaitReady()) {
            assertThat(gateway.log())
                    .containsPattern("Warmed up with 300 requests in \\d+ ms")
                    .doesNotContain("starts cold", "loom-warm-up", "model=warm", "model=inner");
            assertThat(gateway.get(gateway.adminUrl() + "/ai/requests").body()).doesNotContain("warm", "inner");
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .doesNotContain("itself", "simulated", "loom-warm-up")
                    .doesNotContainPattern("loom_ai_requests_total\\{[^}]*} [1-9]");
        }
    }

    @Test
    void a_warm_up_of_no_length_is_left_out() {
        try (GatewayProcess gateway = GatewayProcess.launch(
                        directory, GatewayProcess.thisJava(), Map.of("LOOM_WARM_UP", "0s"), "--demo")
                .awaitReady()) {
            assertThat(gateway.log()).doesNotContain("Warmed up", "starts cold");
        }
    }

    @Test
    void the_launcher_takes_the_cache_beside_the_jar_and_the_options_that_fit_the_memory() throws Exception {
        Path jar = Files.createFile(directory.resolve("gateway.jar"));
        assertThat(printed(Map.of("LOOM_JAR", jar.toString())))
                .contains("-Xmx", "-Xmn", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar " + jar)
                .doesNotContain("SharedArchiveFile", "AOTCache");
        Files.createFile(directory.resolve("gateway.jsa"));
        Files.createFile(directory.resolve("gateway.aot"));
        assertThat(printed(Map.of("LOOM_JAR", jar.toString(), "LOOM_MEMORY", "2g", "JAVA_OPTS", "-Dmine=1")))
                .contains("-Xmx2048m", "-Xmn204m", "-Dmine=1")
                .containsPattern("SharedArchiveFile=\\S+gateway.jsa|AOTCache=\\S+gateway.aot");
    }

    @Test
    void the_launcher_adds_the_jars_that_it_is_told() throws Exception {
        Path jar = Files.createFile(directory.resolve("gateway.jar"));
        assertThat(printed(Map.of("LOOM_JAR", jar.toString(), "LOOM_CLASSPATH", "lib/parts.jar")))
                .contains("-cp " + jar + ":lib/parts.jar dev.loom.gateway.camel.app.GatewayMain")
                .doesNotContain("-jar");
    }

    @Test
    void another_collector_takes_the_place_of_the_launcher_s() throws Exception {
        Path jar = Files.createFile(directory.resolve("gateway.jar"));
        for (String collector : List.of("-XX:+UseZGC", "-XX:+UseParallelGC", "-XX:+UseG1GC")) {
            String printed = printed(Map.of("LOOM_JAR", jar.toString(), "JAVA_OPTS", "-Dmine=1 " + collector));
            assertThat(printed).contains("-Xmx", collector).doesNotContain("UseSerialGC", "-Xmn", "-Xms");
            String command = printed.replaceFirst(" -jar .*", " -version");
            assertThat(printed(Map.of(), "bash", "-c", command)).contains("Runtime Environment");
        }
    }

    @Test
    void the_heap_is_a_part_of_the_memory_that_the_service_may_use() throws Exception {
        Path jar = Files.createFile(directory.resolve("gateway.jar"));
        String printed = printed(Map.of("LOOM_JAR", jar.toString()), "bash", "-c", LIMITED, LAUNCHER.toString());
        assumeFalse(printed.contains("no group"), "This user may make no group of processes with a limit.");
        assertThat(printed).contains("-Xmx614m", "-Xmn61m");
    }

    @Test
    void the_launcher_says_what_is_wrong() throws Exception {
        assertThat(printed(Map.of("LOOM_JAR", "", "LOOM_MEMORY", "much"))).contains("LOOM_MEMORY must be a number");
        assertThat(printed(Map.of("JAVA_HOME", "/nowhere"))).contains("No Java at '/nowhere/bin/java'");
    }

    private String printed(Map<String, String> environment) throws IOException, InterruptedException {
        return printed(environment, "bash", LAUNCHER.toString(), "--print");
    }

    private String printed(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = directory.resolve("printed");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LOOM_") || name.equals("JAVA_OPTS"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
