package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.dialects.Dialects;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever providers say of the places of choices and vectors, clients find each of them at a place of its own. */
class PositionTest {

    private static final String OF_TWO = "[{'index':%s,MORE},{'index':%s,MORE}]";

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    private static String two(String more, String first, String second) {
        return OF_TWO.formatted(first, second).replace("MORE", more);
    }

    private static Target target(String type) {
        return TestTargets.target(type, "2024-10-21", Map.of(), "m");
    }

    private static String indexes(byte[] answer, String list) {
        return Json.lenient(answer).path(list).findValues("index").toString();
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,'[0, 1]'",
        "1,0,'[1, 0]'",
        "-1,0,'[0, 1]'",
        "0,0,'[0, 1]'",
        "null,null,'[0, 1]'",
        "0,1e9,'[0, 1]'",
        "128,-128,'[0, 1]'",
        "1.5,true,'[0, 1]'",
        "5000000000,1,'[0, 1]'"
    })
    void each_has_one(String first, String second, String shown) throws Exception {
        for (String type : new String[] {"openai", "azure"}) {
            byte[] chat = json("{'choices':" + two("'message':{'content':'x'}", first, second) + "}");
            assertThat(indexes(
                            Dialects.of(type)
                                    .decode(chat, TestTargets.plain(), target(type))
                                    .body(),
                            "choices"))
                    .isEqualTo(shown);
        }
        for (String type : new String[] {"gemini", "vertex"}) {
            byte[] content = json("{'candidates':" + two("'content':{'parts':[{'text':'x'}]}", first, second) + "}");
            assertThat(indexes(
                            Dialects.of(type)
                                    .decode(content, TestTargets.plain(), target(type))
                                    .body(),
                            "choices"))
                    .isEqualTo(shown);
        }
        byte[] vectors = json("{'data':" + two("'embedding':[1]", first, second) + "}");
        EmbeddingsRequest asked = EmbeddingsRequest.parse(json("{'model':'m','input':['a','b']}"));
        assertThat(indexes(
                        Dialects.of("openai")
                                .decodeEmbeddings(vectors, asked, target("openai"))
                                .body(),
                        "data"))
                .isEqualTo(shown);
        byte[] texts = json("{'choices':" + two("'text':'x'", first, second) + "}");
        assertThat(indexes(
                        completions()
                                .decode(texts, TestTargets.plain(), TestTargets.serving("completions"))
                                .body(),
                        "choices"))
                .isEqualTo(shown);
    }

    private static Dialect completions() {
        Target target = TestTargets.serving("completions");
        return Objects.requireNonNull(Dialects.of("openai").speaking("completions", target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "128", "null", "'0'", "0.5", "5000000000"})
    void in_a_stream_it_is_where_the_choice_stands(String index) {
        String chat = "data: {'choices':[{'index':" + index + ",'delta':{'content':'x'},'finish_reason':'stop'}]}\n\n";
        String text = "data: {'choices':[{'index':" + index + ",'text':'x','finish_reason':'stop'}]}\n\n";
        String content = "data: {'candidates':[{'index':" + index
                + ",'content':{'parts':[{'text':'x'}]},'finishReason':'STOP'}]}\n\n";
        assertAtTheBeginning(Dialects.of("openai"), target("openai"), chat + "data: [DONE]\n\n");
        assertAtTheBeginning(completions(), TestTargets.serving("completions"), text + "data: [DONE]\n\n");
        assertAtTheBeginning(Dialects.of("gemini"), target("gemini"), content);
    }

    private static void assertAtTheBeginning(Dialect dialect, Target target, String stream) {
        RecordingSink sink = RecordingSink.of(dialect.stream(TestTargets.streaming(true), target), json(stream));
        assertThat(sink.done).isTrue();
        assertThat(sink.chunks).isNotEmpty().allSatisfy(chunk -> {
            JsonNode choices = Json.lenient(chunk.getBytes(UTF_8)).path("choices");
            assertThat(choices).allMatch(choice -> choice.path("index").asInt(-1) == 0);
        });
    }
}
