package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The clients that people use, unchanged, against the running gateway. Their packages are fetched once into
 * {@code target/clients}; without Python, Node or a registry the tests are skipped, with a message.
 */
class RealClientsIT {

    private static final Path HOME = Path.of("target/clients").toAbsolutePath();
    private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();

    @Test
    void clients_in_python_find_what_they_look_for() throws Exception {
        run(python(), SOURCES.resolve("python/clients.py").toString());
    }

    @Test
    void the_program_of_the_readme_prints_an_answer() throws Exception {
        String python = python();
        String program = CommandBlock.named("README.md", "python").script();
        try (TestGateway gateway =
                TestGateway.start("providers: [{name: sim-a, type: simulator, models: [gpt-4]}]\n")) {
            String here = program.replace("http://localhost:8080", gateway.url());
            assertThat(here).isNotEqualTo(program);
            assertThat(output(python, "-c", here)).contains("simulated answer from provider 'sim-a'");
        }
    }

    /** A Python of its own, with the clients' packages. */
    private static String python() throws IOException {
        String python = HOME.resolve("venv/bin/python").toString();
        if (!Files.exists(HOME.resolve("venv/ready"))) {
            prepare("python3", "-m", "venv", HOME.resolve("venv").toString());
            String wanted = SOURCES.resolve("python/requirements.txt").toString();
            prepare(python, "-m", "pip", "install", "--quiet", "-r", wanted);
            Files.createFile(HOME.resolve("venv/ready"));
        }
        return python;
    }

    @Test
    void clients_in_node_find_what_they_look_for() throws Exception {
        Path node = Files.createDirectories(HOME.resolve("node"));
        for (String file : List.of("package.json", "package-lock.json", "clients.mjs")) {
            Files.write(node.resolve(file), Files.readAllBytes(SOURCES.resolve("node/" + file)));
        }
        if (!Files.exists(node.resolve("node_modules/ai"))) {
            prepare("npm", "ci", "--prefix", node.toString(), "--no-audit", "--no-fund");
        }
        run("node", node.resolve("clients.mjs").toString());
    }

    private static void run(String... command) throws Exception {
        ClientTable table = new ClientTable();
        try (ClientsProvider provider = new ClientsProvider()) {
            String[] all = Arrays.copyOf(command, command.length + 2);
            all[command.length] = provider.url();
            all[command.length + 1] = ClientsProvider.KEY;
            table.read(output(all));
            await().untilAsserted(() -> assertThat(provider.aborted()).isPositive());
        }
        table.assertTold();
    }

    private static void prepare(String... command) {
        try {
            output(command);
        } catch (IOException | InterruptedException | AssertionError e) {
            abort("Skipped, since this does not work here: " + String.join(" ", command) + ": " + e.getMessage());
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(Files.createDirectories(HOME), "client", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(300, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(log);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }
}
