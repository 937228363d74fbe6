package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Checkout.bare(shared);
        Map<String, String> environment = Map.of("LOOM_CONFIG", "ai-gateway.yaml,openai.yaml");
        String command = CommandBlock.named("docs/getting-started.md", "start").script();
        gateway = GatewayProcess.launch(shared, List.of("bash", "-euc", command), environment)
                .awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        provider.close();
        Checkout.unlink(shared);
    }

    @AfterEach
    void tidy() throws IOException {
        Checkout.unlink(directory);
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
        Checkout checkout = Checkout.in(directory);
        String expected = block.comment().replaceFirst("run: \\w+ ", "");
        if (block.comment().startsWith("run: until ")) {
            try (GatewayProcess started = checkout.launch(block.script())) {
                started.awaitLog(expected);
            }
        } else if (expected.equals("nothing")) {
            assertThat(checkout.finish(block, PagesIT::here)).isEmpty();
        } else {
            assertThat(checkout.finish(block, PagesIT::here)).contains(expected.split(" \\| "));
        }
    }

    private static String here(String script) {
        return script.replace("localhost:8080", "127.0.0.1:" + gateway.port())
                .replace("localhost:9091", "127.0.0.1:" + gateway.adminPort());
    }

    /** The other pages have the same commands, as {@code QuickStartsTest} sees to. */
    @Test
    void a_quick_start_leads_to_an_answer() throws Exception {
        String page = "docs/providers/quick-start/openai.md";
        Checkout checkout = Checkout.in(directory);
        checkout.write(
                "ai-gateway.yaml",
                Checkout.fenced(page, "yaml", 0)
                        .replace("type: openai", "type: openai\n      base_url: " + provider.url()));
        try (GatewayProcess started = checkout.launch(page, "start").awaitReady()) {
            assertThat(started.log()).contains("The configuration is valid: file:ai-gateway.yaml\nprovider openai");
            CommandBlock request = CommandBlock.named(page, "request");
            assertThat(request.run(directory, it -> it.replace("localhost:8080", "127.0.0.1:" + started.port())))
                    .contains("\"object\":\"chat.completion\"", "well said");
        }
    }

    @Test
    void the_routes_are_taken_out_of_the_jar() throws Exception {
        String page = "docs/getting-started.md";
        Checkout checkout = Checkout.bare(directory);
        CommandBlock.named(page, "routes").run(directory, it -> it);
        try (GatewayProcess started = checkout.launch(page, "start").awaitReady()) {
            assertThat(started.log()).contains("Routes: file:routes/*.camel.yaml");
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

    @Test
    void the_server_of_several_instances_starts() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-server"))),
                "There is no redis-server: its command is not run. Debian has it in 'redis-server'.");
        String command = CommandBlock.named("docs/fleet.md", "redis").script().strip();
        try (GatewayProcess server = Checkout.bare(directory)
                .launch("export REDIS_PASSWORD=secret\nexec " + command + " --port " + FreePorts.next())) {
            server.awaitLog("Ready to accept connections");
        }
    }
}
