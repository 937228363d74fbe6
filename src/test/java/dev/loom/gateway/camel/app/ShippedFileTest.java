package dev.loom.gateway.camel.app;

import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code ai-gateway.yaml} as it is shipped, with the {@code #} taken away in front of its real providers. */
class ShippedFileTest {

    @Test
    void real_providers_answer_for_their_models_and_the_simulators_for_theirs() throws Exception {
        try (FakeProvider openai = FakeProvider.saying("from OpenAI");
                FakeProvider anthropic = new FakeProvider(
                        call -> call.json(200, new AnthropicVoice().answer(Said.text("from Claude", "stop"))));
                TestGateway gateway = TestGateway.start(uncommented(openai, anthropic))) {
            isFrom(gateway.chat(chat("gpt-4o", false)), "openai", 1);
            isFrom(gateway.chat(chat("gpt-4o-mini", false)), "openai", 1);
            isFrom(gateway.chat(chat("claude-sonnet-4-5", false)), "anthropic", 1);
            isFrom(gateway.chat(chat("gpt-4", false)), "sim-a", 1);
        }
    }

    /** What stands below the root key. */
    private static String uncommented(FakeProvider openai, FakeProvider anthropic) throws Exception {
        String shipped = Files.readString(Path.of("ai-gateway.yaml")).replaceFirst("(?s).*\nai_gateway:\n", "");
        String whole = shipped.replaceAll("(?m)^    # ", "    ");
        assertThat(whole).isNotEqualTo(shipped);
        return whole.replace("${OPENAI_API_KEY}", "k\n      base_url: " + openai.url())
                .replace("${ANTHROPIC_API_KEY}", "k\n      base_url: " + anthropic.url())
                .stripIndent();
    }
}
