package dev.loom.gateway.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Kafka broker, which is its own controller, as a process of its own on free ports. Its libraries come by Maven. */
final class KafkaBroker implements Closeable {

    /** Maven may have to download what the broker needs. */
    private static final int PATIENCE_MINUTES = 15;

    private final Path directory;
    private final int port = FreePorts.next();
    private final Process process;

    private KafkaBroker(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        resolve();
        Files.writeString(directory.resolve("server.properties"), properties());
        finish(java("kafka.tools.StorageTool", "format", "-t", "bG9vbS1haS1nYXRld2F5IQ", "-c", "server.properties"));
        process = launch(java("kafka.Kafka", "server.properties"), "broker.log");
    }

    /** Returns at once; a client waits until the broker is there. */
    static KafkaBroker start(Path directory) throws IOException, InterruptedException {
        return new KafkaBroker(Files.createDirectories(directory));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    private String properties() {
        int controller = FreePorts.next();
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                log.dirs=data
                offsets.topic.replication.factor=1
                group.initial.rebalance.delay.ms=0
                """
                .formatted(port, controller);
    }

    private void resolve() throws IOException, InterruptedException {
        List<String> maven = new ArrayList<>(List.of(System.getProperty("maven.command"), "-B", "-ntp", "-q"));
        if ("offline=true".equals(System.getProperty("maven.offline"))) {
            maven.add("-o");
        }
        maven.add("-Dmaven.repo.local=" + System.getProperty("maven.repository"));
        maven.addAll(List.of("-f", Path.of("src/test/kafka").toAbsolutePath().toString()));
        maven.addAll(List.of("dependency:build-classpath", "-Dmdep.outputFile=" + directory.resolve("classpath")));
        finish(maven);
    }

    private List<String> java(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", Files.readString(directory.resolve("classpath")), main));
        command.addAll(List.of(arguments));
        return command;
    }

    private void finish(List<String> command) throws IOException, InterruptedException {
        Process finishing = launch(command, "output");
        assertThat(finishing.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(finishing.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isZero();
    }

    private Process launch(List<String> command, String output) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(output).toFile())
                .start();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
