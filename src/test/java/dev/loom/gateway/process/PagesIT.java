package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.FakeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands of the pages as they stand there, in a directory like a checkout. Calls of {@code curl} go to one gateway,
 * which all pages share. Only ports, and the addresses of providers, are the test's own. {@link CommandBlock} says which.
 */
class PagesIT {

    private static final String OPENAI =
            """
            ai_gateway:
              providers:
                - {name: openai, type: openai, api_key: k, base_url: "%s", models: [gpt-4o, text-embedding-3-small]}
            """;

    private static final List<String> JARS =
            List.of("target/loom-ai-gateway.jar", "loom-ai-gateway.jar", "loom-ai-gateway-new.jar");

    /** Of the two texts that the page asks about. */
    private static final String EMBEDDINGS =
            """
            {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,1.0]},
             {"object":"embedding","index":1,"embedding":[1.0,0.5]}],"usage":{"prompt_tokens":2,"total_tokens":2}}
            """;

    @TempDir
    static Path shared;

    private static FakeProvider provider;
    private static GatewayProcess gateway;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws IOException {
        provider = new FakeProvider(PagesIT::serve);
        Files.copy(Path.of("ai-gateway.yaml"), shared.resolve("ai-gateway.yaml"));
        Files.writeString(shared.resolve("openai.yaml"), OPENAI.formatted(provider.url()));
        link(shared);
        Map<String, String> environment = Map.of("LOOM_CONFIG", "ai-gateway.yaml,openai.yaml");
        String command = CommandBlock.named("docs/getting-started.md", "start").script();
        gateway = GatewayProcess.launch(shared, List.of("bash", "-euc", command), environment)
                .awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        provider.close();
        unlink(shared);
    }

    @AfterEach
    void tidy() throws IOException {
        unlink(directory);
    }

    private static void serve(FakeProvider.Call call) throws IOException {
        if (call.request().path().endsWith("/embeddings")) {
            call.json(200, EMBEDDINGS);
        } else {
            call.completion("well said");
        }
    }

    static Stream<CommandBlock> blocks() throws IOException {
        return CommandBlock.all().stream().filter(block -> block.comment().startsWith("run: "));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void a_block_does_what_its_page_says(CommandBlock block) throws Exception {
        layOut();
        String expected = block.comment().replaceFirst("run: \\w+ ", "");
        if (block.comment().startsWith("run: until ")) {
            try (GatewayProcess started = launch(block.script())) {
                started.awaitLog(expected);
            }
        } else if (expected.equals("nothing")) {
            assertThat(finish(block)).isEmpty();
        } else {
            assertThat(finish(block)).contains(expected.split(" \\| "));
        }
    }

    /** The other pages have the same commands, as {@code QuickStartsTest} sees to. */
    @Test
    void a_quick_start_leads_to_an_answer() throws Exception {
        String page = "docs/providers/quick-start/openai.md";
        layOut();
        Files.writeString(
                directory.resolve("ai-gateway.yaml"),
                yaml(page, 0).replace("type: openai", "type: openai\n      base_url: " + provider.url()));
        try (GatewayProcess started =
                launch(CommandBlock.named(page, "start").script()).awaitReady()) {
            assertThat(started.log()).contains("The configuration is valid: file:ai-gateway.yaml\nprovider openai");
            CommandBlock request = CommandBlock.named(page, "request");
            assertThat(request.run(directory, it -> it.replace("localhost:8080", "127.0.0.1:" + started.port())))
                    .contains("\"object\":\"chat.completion\"", "well said");
        }
    }

    @Test
    void the_stores_of_certificates_are_made() throws Exception {
        CommandBlock.shell(
                directory,
                "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.crt\n"
                        + "cp server.crt clients-ca.crt");
        CommandBlock.named("docs/operations.md", "stores")
                .run(directory, it -> "export KEYSTORE_PASSWORD=changeit TRUSTSTORE_PASSWORD=changeit\n" + it);
        String list = "keytool -list -storepass changeit -keystore ";
        assertThat(CommandBlock.shell(directory, list + "server.p12")).contains("PrivateKeyEntry");
        assertThat(CommandBlock.shell(directory, list + "clients.p12")).contains("trustedCertEntry");
    }

    /** What a checkout has once it is built, and the files of which pages say that they be saved. */
    private void layOut() throws IOException {
        link(directory);
        Neighbours.copy(Path.of("routes"), directory.resolve("routes"));
        Files.createDirectory(directory.resolve("bin"));
        Files.copy(Path.of("bin/loom"), directory.resolve("bin/loom"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("ai-gateway.yaml"), directory.resolve("ai-gateway.yaml"));
        Files.copy(Path.of("ai-gateway.yaml"), directory.resolve("base.yaml"));
        Files.writeString(directory.resolve("production.yaml"), "ai_gateway: {server: {max_body: 1MB}}\n");
        Files.writeString(directory.resolve("teams.yaml"), yaml("docs/teams.md", 0));
        Files.writeString(directory.resolve("budgets.yaml"), yaml("docs/teams.md", 1));
        Files.writeString(directory.resolve("a.yaml"), yaml("docs/replay.md", 0));
        Files.writeString(directory.resolve("b.yaml"), yaml("docs/replay.md", 1));
        Files.writeString(directory.resolve("requests.jsonl"), fenced("docs/replay.md", "json", 0));
        Files.copy(Path.of("src/test/resources/litellm/what-is-lost.yaml"), directory.resolve("config.yaml"));
    }

    /** The jar, where the pages have it. */
    private static void link(Path directory) throws IOException {
        Path jar = Path.of(System.getProperty("loom.jar"));
        Files.createDirectory(directory.resolve("target"));
        for (String link : JARS) {
            Files.createSymbolicLink(directory.resolve(link), jar);
        }
    }

    /** Before the directory is deleted, so that nothing beyond a link can be. */
    private static void unlink(Path directory) throws IOException {
        for (String link : JARS) {
            Files.deleteIfExists(directory.resolve(link));
        }
    }

    private static String yaml(String page, int number) throws IOException {
        return fenced(page, "yaml", number);
    }

    private static String fenced(String page, String language, int number) throws IOException {
        return Files.readString(Path.of(page))
                .split("```" + language + "\n")[number + 1]
                .replaceFirst("(?s)```.*", "");
    }

    private GatewayProcess launch(String script) {
        return GatewayProcess.launch(
                directory, List.of("bash", "-euc", script), Map.of("JDK_JAVA_OPTIONS", GatewayProcess.QUICK_START));
    }

    private String finish(CommandBlock block) throws Exception {
        return block.run(directory, PagesIT::here);
    }

    private static String here(String script) {
        return script.replace("localhost:8080", "127.0.0.1:" + gateway.port())
                .replace("localhost:9091", "127.0.0.1:" + gateway.adminPort());
    }
}
