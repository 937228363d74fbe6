package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FreePorts;
import io.netty.util.Version;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/inside-an-application.md says, as it stands there, with the applications in docs/examples; only the ports
 * differ. Long, since each application is built, started and asked in its own way.
 */
class EmbeddingIT {

    private static final Document PAGE = new Document(Path.of("docs/inside-an-application.md"));

    /** Generous: Maven may have to download what the applications need. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** For what is in the log, or on a port, once all is downloaded. */
    private static final Duration START = Duration.ofMinutes(3);

    @TempDir
    static Path checkout;

    private static Path repository;

    private final int own = FreePorts.next();
    private final int clients = FreePorts.next();
    private final int admin = FreePorts.next();

    @BeforeAll
    static void layOut() throws IOException {
        repository = Neighbours.repository(checkout);
        for (String directory : List.of("docs/examples", "routes", "kamelets")) {
            Neighbours.copy(Path.of(directory), checkout.resolve(directory));
        }
        for (String file : List.of("ai-gateway.yaml", "application.properties")) {
            Files.copy(Path.of(file), checkout.resolve(file));
        }
    }

    @AfterAll
    static void cleanUp() throws IOException {
        Neighbours.unlink(repository);
    }

    @Test
    void a_camel_main_application_serves_clients_and_asks_in_a_flow_of_its_own() throws Exception {
        try (Application application = start("main-run")) {
            application.awaitReady();
            assertThat(finish(block("main-call"))).contains("simulated answer from provider 'sim-a'");
            application.awaitLog("The model says: This is a simulated answer");
        }
    }

    @Test
    void a_spring_boot_application_serves_clients_and_asks_in_a_flow_of_its_own() throws Exception {
        try (Application application = start("spring-boot-run")) {
            application.awaitReady();
            assertThat(finish(block("spring-boot-call"))).contains("simulated answer from provider 'sim-a'");
            assertThat(finish("curl -s http://localhost:8090/v1/models")).contains("gpt-4");
            assertThat(application.log()).doesNotContain(" WARN ", " ERROR ");
        }
        assertThatItHoldsTheNettyThatIsTested(
                checkout.resolve("docs/examples/embedded-spring-boot/target/application.jar"));
        try (Application application =
                start("spring-boot-run", "rm docs/examples/embedded-spring-boot/ai-gateway.yaml\n")) {
            application.awaitLog("Started Application");
            assertThat(isOpen(own)).isTrue();
            assertThat(isOpen(clients)).isFalse();
            assertThat(isOpen(admin)).isFalse();
            assertThat(application.log()).doesNotContain("dev.loom");
        }
    }

    @Test
    void a_camel_quarkus_application_serves_clients_and_asks_in_a_flow_of_its_own() throws Exception {
        try (Application application = start("quarkus-run")) {
            application.awaitReady();
            assertThat(finish(block("main-call"))).contains("simulated answer from provider 'sim-a'");
            application.awaitLog("The model says: This is a simulated answer");
            assertThat(application.log()).doesNotContain(" WARN ", " ERROR ");
        }
        assertThat(checkout.resolve("docs/examples/embedded-quarkus/target/quarkus-app/lib/main"))
                .isDirectoryContaining("glob:**io.netty.netty-handler-" + testedNetty() + ".jar");
    }

    private static void assertThatItHoldsTheNettyThatIsTested(Path application) throws IOException {
        try (JarFile jar = new JarFile(application.toFile())) {
            assertThat(jar.getJarEntry("BOOT-INF/lib/netty-handler-" + testedNetty() + ".jar"))
                    .isNotNull();
        }
    }

    private static String testedNetty() {
        return Version.identify().get("netty-handler").artifactVersion();
    }

    @Test
    void the_camel_cli_runs_routes_and_kamelets_of_a_checkout() throws Exception {
        try (Application application = start("camel-run", camel())) {
            application.awaitLog("The model says: This is a simulated answer");
            assertThat(finish(block("main-call"))).contains("simulated answer from provider 'sim-a'");
            application.awaitReady();
        }
    }

    @Test
    void the_camel_cli_makes_a_project_of_a_checkout() throws Exception {
        finish(camel() + "unset LOOM_SERVER_PORT LOOM_ADMIN_PORT\n" + block("camel-export"));
        Path project = checkout.resolve("llm");
        assertThat(Files.readString(project.resolve("pom.xml"))).contains("loom-ai-gateway");
        assertThat(project.resolve("src/main/resources/camel/ingress.camel.yaml"))
                .hasSameTextualContentAs(checkout.resolve("routes/ingress.camel.yaml"));
    }

    /** The command {@code camel} for a shell. */
    private String camel() throws Exception {
        Path cli = Path.of("src/test/camel-cli").toAbsolutePath();
        Path classpath = checkout.resolve("cli.classpath");
        finish("mvn -q -f '" + cli + "' dependency:build-classpath -Dmdep.outputFile='" + classpath + "'");
        return "camel() { '" + GatewayProcess.thisJava() + "' -Dmaven.repo.local='" + repository + "' -cp '"
                + Files.readString(classpath) + "' '" + cli.resolve("Camel.java") + "' \"$@\"; }\n";
    }

    /** At the root of the classpath, or in {@code camel/}, the application would take them for its own. */
    @Test
    void the_jar_holds_nothing_that_an_application_would_take_for_its_own() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("loom.thin.jar"))) {
            Set<String> roots = jar.stream()
                    .map(entry -> entry.getName().replaceAll("/.*", ""))
                    .collect(Collectors.toSet());
            assertThat(roots)
                    .containsExactlyInAnyOrder(
                            "META-INF", "dev", "grafana", "kamelets", "loom", "prometheus", "schema");
            assertThat(jar.getEntry("META-INF/services/org/apache/camel/UberTypeConverterLoader"))
                    .as("an index that would hide the application's own type converters")
                    .isNull();
        }
    }

    private Application start(String block) throws IOException {
        return start(block, "");
    }

    private Application start(String block, String before) throws IOException {
        Path log = checkout.resolve(block + ".log");
        return new Application(shell(before + block(block), log), log);
    }

    private String finish(String commands) throws IOException, InterruptedException {
        Path output = checkout.resolve("output");
        Process process = shell(commands, output);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }

    private Process shell(String commands, Path output) throws IOException {
        String maven = "mvn() { '" + System.getProperty("maven.command") + "' -B -ntp "
                + ("offline=true".equals(System.getProperty("maven.offline")) ? "-o " : "") + "-Dmaven.repo.local='"
                + repository
                + "' \"$@\"; }\n";
        String here = commands.replace("localhost:8080", "127.0.0.1:" + own)
                .replace("localhost:8090", "127.0.0.1:" + clients);
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", maven + here)
                .directory(checkout.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SERVER_PORT", Integer.toString(own),
                        "CAMEL_SERVER_PORT", Integer.toString(own),
                        "CAMEL_MANAGEMENT_PORT", "0",
                        "LOOM_SERVER_PORT", Integer.toString(clients),
                        "LOOM_ADMIN_PORT", Integer.toString(admin)));
        return builder.start();
    }

    private static String block(String name) throws IOException {
        return PAGE.block(name);
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** An application that runs until it is closed, with all that it has started. */
    private final class Application implements Closeable {

        private final Process process;
        private final Path log;

        Application(Process process, Path log) {
            this.process = process;
            this.log = log;
        }

        void awaitReady() {
            await("the gateway to be ready")
                    .atMost(PATIENCE)
                    .ignoreExceptionsMatching(Exception.class::isInstance)
                    .until(() -> {
                        requireAlive();
                        return GatewayProcess.get("http://127.0.0.1:" + admin + "/ready")
                                        .statusCode()
                                == 200;
                    });
        }

        void awaitLog(String text) throws IOException {
            try {
                await("'" + text + "' in the log").atMost(START).until(() -> {
                    requireAlive();
                    return log().contains(text);
                });
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(e.getMessage() + "\n" + log(), e);
            }
        }

        private void requireAlive() throws IOException {
            if (!process.isAlive()) {
                throw new AssertionError("The application ended with " + process.exitValue() + ":\n" + log());
            }
        }

        String log() throws IOException {
            return Files.readString(log);
        }

        @Override
        public void close() throws IOException {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                process.descendants().forEach(ProcessHandle::destroyForcibly);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
