package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An agent that people work with, run without a screen. In its command and variables {@code @URL@} is the gateway and
 * {@code @MODEL@} the model.
 */
public enum Agent {
    CODEX(
            Map.of("LOOM_KEY", "client-key"),
            "codex",
            "exec",
            "-m",
            "@MODEL@",
            "-c",
            "web_search=disabled",
            "-c",
            "model_provider=loom",
            "-c",
            "model_providers.loom={name=\"loom\",base_url=\"@URL@/v1\",env_key=\"LOOM_KEY\",wire_api=\"responses\"}",
            "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox",
            "run echo"),
    CLAUDE_CODE(
            Map.of("ANTHROPIC_BASE_URL", "@URL@", "ANTHROPIC_API_KEY", "client-key"),
            "claude",
            "-p",
            "run echo",
            "--model",
            "@MODEL@",
            "--allowedTools",
            "Bash"),
    GEMINI_CLI(
            Map.of("GOOGLE_GEMINI_BASE_URL", "@URL@", "GEMINI_API_KEY", "client-key"),
            "gemini",
            "--model",
            "@MODEL@",
            "--yolo",
            "--skip-trust",
            "-p",
            "run echo");

    /** Seconds that an agent may take; they start slowly where others use the machine, too. */
    private static final int PATIENCE = 180;

    private final Map<String, String> environment;
    private final List<String> command;

    Agent(Map<String, String> environment, String... command) {
        this.environment = environment;
        this.command = List.of(command);
    }

    /**
     * Runs it to its end, which has to come by itself and without an error.
     *
     * @param home where it keeps its files, and works
     * @param more arguments
     * @return what it wrote
     */
    public String run(Path home, String url, String model, String... more) throws IOException, InterruptedException {
        Files.writeString(
                Files.createDirectories(home.resolve(".gemini")).resolve("settings.json"),
                "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}}}");
        Path log = home.resolve("agent.log");
        ProcessBuilder builder = new ProcessBuilder(line(url, model, more))
                .directory(Files.createDirectories(home.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(log.toFile());
        builder.environment().put("HOME", home.toString());
        environment.forEach((name, value) -> builder.environment().put(name, value.replace("@URL@", url)));
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE, TimeUnit.SECONDS);
        int status = process.destroyForcibly().waitFor();
        String said = Files.readString(log);
        assertThat(ended).as("ended by itself: %s", said).isTrue();
        assertThat(status).as(said).isZero();
        return said;
    }

    private List<String> line(String url, String model, String... more) {
        List<String> line = new ArrayList<>();
        command.forEach(word -> line.add(word.replace("@URL@", url).replace("@MODEL@", model)));
        line.addAll(List.of(more));
        line.set(
                0,
                Path.of(System.getProperty("loom.agents"), "node_modules/.bin", line.get(0))
                        .toAbsolutePath()
                        .toString());
        return line;
    }
}
