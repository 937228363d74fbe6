package dev.loom.gateway.process;

import dev.loom.gateway.testing.CommandBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A directory like a checkout that has been built, and beside it the files of which pages say that they be saved. */
record Checkout(Path directory) {

    /** Where the pages have the jar. */
    private static final List<String> JARS =
            List.of("target/loom-ai-gateway.jar", "loom-ai-gateway.jar", "loom-ai-gateway-new.jar");

    /** With nothing in it but the jar. */
    static Checkout bare(Path directory) throws IOException {
        Path jar = Path.of(System.getProperty("loom.jar"));
        Files.createDirectory(directory.resolve("target"));
        for (String link : JARS) {
            Files.createSymbolicLink(directory.resolve(link), jar);
        }
        return new Checkout(directory);
    }

    static Checkout in(Path directory) throws IOException {
        Checkout checkout = bare(directory);
        Neighbours.copy(Path.of("routes"), directory.resolve("routes"));
        Files.createDirectory(directory.resolve("bin"));
        Files.copy(Path.of("bin/loom"), directory.resolve("bin/loom"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("ai-gateway.yaml"), directory.resolve("ai-gateway.yaml"));
        Files.copy(Path.of("ai-gateway.yaml"), directory.resolve("base.yaml"));
        checkout.write("production.yaml", "ai_gateway: {server: {max_body: 1MB}}\n");
        checkout.write("teams.yaml", fenced("docs/teams.md", "yaml", 0));
        checkout.write("budgets.yaml", fenced("docs/teams.md", "yaml", 1));
        checkout.write("a.yaml", fenced("docs/replay.md", "yaml", 0));
        checkout.write("b.yaml", fenced("docs/replay.md", "yaml", 1));
        checkout.write("requests.jsonl", fenced("docs/replay.md", "json", 0));
        Files.copy(Path.of("src/test/resources/litellm/what-is-lost.yaml"), directory.resolve("config.yaml"));
        return checkout;
    }

    void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    /** A block of a page, by its number from 0 among those of its language. */
    static String fenced(String page, String language, int number) throws IOException {
        return Files.readString(Path.of(page))
                .split("```" + language + "\n")[number + 1]
                .replaceFirst("(?s)```.*", "");
    }

    /** Starts what runs until it is stopped, with the Java of this process. */
    GatewayProcess launch(String script) {
        Path java = GatewayProcess.thisJava().getParent();
        return GatewayProcess.launch(
                directory,
                List.of("bash", "-euc", script),
                Map.of("JDK_JAVA_OPTIONS", GatewayProcess.QUICK_START, "PATH", java + ":" + System.getenv("PATH")));
    }

    GatewayProcess launch(String page, String block) {
        return launch(CommandBlock.named(page, block).script());
    }

    /** @param here puts addresses of the test's own into the script */
    String finish(CommandBlock block, UnaryOperator<String> here) throws IOException, InterruptedException {
        return block.run(directory, here);
    }

    /** Before the directory is deleted, so that nothing beyond a link can be. */
    static void unlink(Path directory) throws IOException {
        for (String link : JARS) {
            Files.deleteIfExists(directory.resolve(link));
        }
    }
}
