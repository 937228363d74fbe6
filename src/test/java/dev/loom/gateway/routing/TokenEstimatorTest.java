package dev.loom.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimatorTest {

    private final TokenEstimator counting = new TokenEstimator.Counting(Vocabulary.O200K_BASE);

    private static ChatRequest chat(String content) throws InvalidRequest {
        return ChatRequest.parse(("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void words_are_counted_as_openai_counts_them() throws Exception {
        assertThat(counting.estimate(chat("\"Hello world\""))).isEqualTo(3 + 3 + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'tools':[{'type':'function','function':{'name':'f','description':'%s'}}]",
                "'functions':[{'name':'f','description':'%s'}]",
                "'response_format':{'type':'json_schema','json_schema':{'name':'s','schema':{'description':'%s'}}}"
            })
    void what_a_model_reads_beside_the_messages_counts(String field) throws Exception {
        String words = "word ".repeat(1_000);
        byte[] body = ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                        + field.formatted(words).replace('\'', '"') + "}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(counting.estimate(ChatRequest.parse(body))).isBetween(1_000L, 1_050L);
        assertThat(TokenEstimator.byLength().estimate(ChatRequest.parse(body))).isBetween(1_200L, 1_350L);
    }

    @Test
    void the_name_of_a_control_token_is_text() throws Exception {
        assertThat(counting.estimate(chat("\"<|endoftext|>\""))).isGreaterThan(6);
    }

    @Test
    void a_long_text_is_counted_by_samples() throws Exception {
        assertThat(counting.estimate(chat("\"" + "word ".repeat(20_000) + "\"")))
                .isCloseTo(20_006, withinPercentage(3));
    }

    static Stream<Arguments> corpora() {
        List<Arguments> corpora = new ArrayList<>();
        Corpus.TEXTS.forEach(
                (language, text) -> corpora.add(arguments(language, List.of(Corpus.ofLength(text, 30_000)))));
        corpora.add(arguments("one after another", List.of(Corpus.oneAfterAnother(8_000))));
        corpora.add(arguments("sentence by sentence", List.of(Corpus.shuffled(100_000, 1))));
        corpora.add(arguments("sentence by sentence", List.of(Corpus.shuffled(400_000, 2))));
        corpora.add(arguments("many messages", Corpus.messages(500, 3)));
        return corpora.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpora")
    void a_prompt_in_any_script_is_estimated_within_15_percent(String name, List<String> messages) throws Exception {
        ObjectNode request = Json.object().put("model", "m");
        ArrayNode all = request.putArray("messages");
        messages.forEach(text -> all.addObject().put("role", "user").put("content", text));
        Encoding tokenizer = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        long exact = 3
                + messages.stream()
                        .mapToLong(text -> 3 + tokenizer.countTokensOrdinary(text))
                        .sum();
        ChatRequest prompt = ChatRequest.parse(Json.bytes(request));
        assertThat(prompt.promptBytes()).isGreaterThan(16 * 1024);
        assertThat(counting.estimate(prompt)).isCloseTo(exact, withinPercentage(15));
    }

    @Test
    void a_picture_costs_the_same_whatever_its_bytes() throws Exception {
        String picture = "[{\"type\":\"text\",\"text\":\"Hello world\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}]";
        assertThat(counting.estimate(chat(picture.formatted("AAAA")))).isEqualTo(3 + 3 + 2 + 255);
        assertThat(counting.estimate(chat(picture.formatted("A".repeat(200_000)))))
                .isEqualTo(3 + 3 + 2 + 255);
    }

    @Test
    void tokens_are_counted_only_where_limits_or_money_hang_on_them() {
        Setup cheap = Setup.strategy("priority").with(Providers.provider("a"));
        assertThat(TokenEstimator.forConfig(cheap.build())).isNotInstanceOf(TokenEstimator.Counting.class);
        Setup cost = Setup.strategy("cost").with(Providers.provider("a"));
        assertThat(TokenEstimator.forConfig(cost.build())).isInstanceOf(TokenEstimator.Counting.class);
    }

    @Test
    void a_prompt_that_no_limit_would_feel_is_measured_by_its_length() throws Exception {
        ChatRequest words = chat("\"Hello world\"");
        assertThat(limited(1_000).estimate(words)).isEqualTo(counting.estimate(words));
        assertThat(limited(1_000_000).estimate(words)).isEqualTo(words.promptBytes() / 4);
        assertThat(limited(1_000_000).estimate(words)).isNotEqualTo(counting.estimate(words));
    }

    private static TokenEstimator limited(int tokensPerMinute) {
        return TokenEstimator.forConfig(Setup.strategy("priority")
                .with(
                        Providers.provider("a").limits(null, 1_000_000_000, null),
                        Providers.provider("b").limits(null, tokensPerMinute, null))
                .build());
    }
}
