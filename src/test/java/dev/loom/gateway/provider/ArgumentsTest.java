package dev.loom.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    private static final String WHOLE =
            "{\"city\":\"Bonn, \\\"am Rhein\\\" \\u00fc \\\\\",\"days\":[1,2,{\"a\":true}],\"x\":{\"y\":null,\"z\":-1.5e3}}";

    private static JsonNode of(String text) {
        return Arguments.of(TextNode.valueOf(text));
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | {\"a\":1}",
                "`` | {}",
                "` null ` | {}",
                "{\"a\":\"Par | {\"a\":\"Par\"}",
                "{\"a\":\"Par\\ | {\"a\":\"Par\"}",
                "{\"a\":\"Par\\u00f | {\"a\":\"Par\"}",
                "{\"a\":1,\"b | {\"a\":1}",
                "{\"a\":1,\"b\": | {\"a\":1}",
                "{\"a\":1,\"b\":tru | {\"a\":1}",
                "{\"a\":1, | {\"a\":1}",
                "{\"a\":[1,{\"b\":\"c,d | {\"a\":[1,{\"b\":\"c,d\"}]}",
                "{\"a | {\"arguments\":\"{\\\"a\"}",
                "{ | {}",
                "[1] | {\"arguments\":\"[1]\"}",
                "7 | {\"arguments\":\"7\"}",
                "get Bonn | {\"arguments\":\"get Bonn\"}",
                "{\"a\":1} x | {\"a\":1}"
            })
    void the_readable_part_of_cut_arguments_is_used(String text, String expected) {
        if (text.endsWith("x")) {
            assertThat(of(text)).isEqualTo(json("{\"arguments\":\"{\\\"a\\\":1} x\"}"));
        } else {
            assertThat(of(text)).isEqualTo(json(expected));
        }
    }

    @Test
    void an_object_that_is_no_string_is_taken_as_it_is() {
        assertThat(Arguments.of(json("{\"a\":1}"))).isEqualTo(json("{\"a\":1}"));
        assertThat(Arguments.of(json("null"))).isEqualTo(json("{}"));
        assertThat(Arguments.of(Json.MAPPER.missingNode())).isEqualTo(json("{}"));
    }

    /** What is read never says more than the whole would have said. */
    @Test
    void wherever_it_is_cut_there_is_an_object() {
        JsonNode whole = json(WHOLE);
        for (int end = 1; end <= WHOLE.length(); end++) {
            JsonNode read = of(WHOLE.substring(0, end));
            assertThat(read.isObject()).isTrue();
            if (read.has("days")) {
                assertThat(read.path("city")).isEqualTo(whole.path("city"));
            }
            if (end > "{\"city\":\"".length()) {
                assertThat(whole.path("city").asText())
                        .startsWith(read.path("city").asText());
            }
        }
    }

    @Property
    void nothing_makes_it_throw(
            @ForAll @Chars({'{', '}', '[', ']', '"', '\\', ',', ':', 'a', '1', 'u', ' '}) String text) {
        assertThat(of("{" + text).isObject()).isTrue();
        assertThat(of(text).isObject()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "[", "{\"a\":", ",", "\"a\","})
    void neither_does_any_length(String piece) {
        assertThat(of("{\"a\":\"" + piece.repeat(500_000)).isObject()).isTrue();
        assertThat(of("{\"a\":" + piece.repeat(500_000)).isObject()).isTrue();
    }
}
