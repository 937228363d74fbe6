package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/extending.md} as a reader would follow it: its code compiled, its configuration run. */
class ExtendingTest {

    private static final String LONG_PROMPT = "word ".repeat(1000);

    @TempDir
    static Path directory;

    private static FakeProvider cloud;
    private static FakeProvider server;
    private static TestGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void follow() throws Exception {
        String page = Files.readString(Path.of("docs/extending.md"));
        cloud = FakeProvider.saying("from the cloud");
        server = new FakeProvider(ExtendingTest::generate);
        compile(blocks(page, "java"));
        gateway = start(blocks(page, "yaml").get(0), blocks(page, "properties").get(0));
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        server.close();
        cloud.close();
    }

    private static List<String> blocks(String page, String language) {
        Matcher matcher = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(page);
        return matcher.results().map(block -> block.group(1)).toList();
    }

    private static void compile(List<String> sources) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("--release", "17", "-d", directory.toString(), "-cp", System.getProperty("java.class.path")));
        for (String source : sources) {
            Matcher name = Pattern.compile("public final class (\\w+)").matcher(source);
            assertThat(name.find()).isTrue();
            Path file = directory.resolve(name.group(1) + ".java");
            arguments.add(Files.writeString(file, source).toString());
        }
        int errors = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(errors).isZero();
    }

    private static TestGateway start(String yaml, String properties) throws Exception {
        String config = yaml.replace("ai_gateway:\n", "")
                .indent(-2)
                .replace("api_key: ${OPENAI_API_KEY}", "api_key: k\n    base_url: " + cloud.url())
                .replace("${GENERATE_KEY}", "generate-key")
                .replace("https://llm.example.com", server.url());
        Properties beans = new Properties();
        beans.load(new StringReader(properties));
        Map<String, String> settings =
                beans.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, beans::getProperty));
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, own));
        try {
            return TestGateway.start(config, settings);
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    private static void generate(FakeProvider.Call call) throws IOException {
        assertThat(call.request().headers()).containsEntry("X-Key", "generate-key");
        if (call.request().body().contains("\"stream\":true")) {
            call.startStream();
            call.event("{\"text\":\"from \"}");
            call.event("{\"text\":\"the house\"}");
            call.event("{\"end\":true}");
            call.endStream();
        } else {
            call.json(200, "{\"text\":\"from the house\"}");
        }
    }

    private static ChatCompletionCreateParams ask(String prompt) {
        return ChatCompletionCreateParams.builder()
                .model("assistant")
                .addUserMessage(prompt)
                .build();
    }

    private static String answer(String prompt) {
        return client.chat()
                .completions()
                .create(ask(prompt))
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
    }

    @Test
    void the_strategy_sends_short_prompts_to_the_dialect_and_long_ones_to_the_cloud() {
        assertThat(answer("hello")).isEqualTo("from the house");
        assertThat(answer(LONG_PROMPT)).isEqualTo("from the cloud");
    }

    @Test
    void the_dialect_streams() {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask("hello"))) {
            stream.stream().peek(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
        }
        assertThat(accumulator.chatCompletion().choices().get(0).message().content())
                .hasValue("from the house");
    }

    @Test
    void what_the_dialect_cannot_say_goes_to_the_next_candidate() {
        String tools = "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";
        assertThat(gateway.chat(tools).body()).contains("from the cloud");
    }
}
