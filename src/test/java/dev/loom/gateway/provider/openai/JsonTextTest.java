package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Json;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Jackson: what is taken for a string is one. */
class JsonTextTest {

    private static byte[] quoted(byte[] text) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.write('"');
        json.writeBytes(text);
        json.write('"');
        return json.toByteArray();
    }

    @Property
    void every_string_that_jackson_writes_is_one(@ForAll String text) {
        String wellFormed = new String(text.getBytes(UTF_8), UTF_8);
        byte[] json = Json.bytes(Json.MAPPER.getNodeFactory().textNode(wellFormed));
        assertThat(JsonText.end(json, 1)).isEqualTo(json.length - 1);
    }

    @Property(tries = 20_000)
    void every_string_is_one_to_jackson(@ForAll("hostile") byte[] text) {
        byte[] json = quoted(text);
        int end = JsonText.end(json, 1);
        if (end >= 0) {
            assertThat(json[end]).isEqualTo((byte) '"');
            byte[] string = Arrays.copyOf(json, end + 1);
            assertThat(Json.lenient(string).isTextual()).isTrue();
        }
    }

    @Property(tries = 20_000)
    void what_jackson_refuses_or_java_cannot_decode_is_refused(@ForAll("hostile") byte[] text) {
        byte[] json = quoted(text);
        boolean valid = Json.lenient(json).isTextual() && Arrays.equals(new String(text, UTF_8).getBytes(UTF_8), text);
        assertThat(JsonText.end(json, 1) == json.length - 1).isEqualTo(valid);
    }

    /** Made of bytes at the edges of what UTF-8 and JSON allow. */
    @Provide
    Arbitrary<byte[]> hostile() {
        Arbitrary<Integer> bytes = Arbitraries.of(
                0x00, 0x1F, 0x20, 0x22, 0x2F, 0x30, 0x39, 0x3A, 0x41, 0x46, 0x47, 0x5C, 0x61, 0x66, 0x67, 0x6E, 0x75,
                0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
                0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF);
        Arbitrary<List<Integer>> pieces = Arbitraries.oneOf(
                bytes.list().ofMaxSize(4),
                Arbitraries.of(0x61, 0x41, 0x30).list().ofSize(4).map(digits -> concat(List.of(0x5C, 0x75), digits)),
                Arbitraries.of(List.of(0xE6, 0xBC, 0xA2), List.of(0xF0, 0x9F, 0x98, 0x80), List.of(0xC3, 0xA9)));
        return pieces.list().ofMaxSize(4).map(JsonTextTest::bytes);
    }

    private static List<Integer> concat(List<Integer> first, List<Integer> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static byte[] bytes(List<List<Integer>> pieces) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pieces.forEach(piece -> piece.forEach(bytes::write));
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "\\", "x\\", "x\\\"", "\\u", "\\u12", "\\u123", "\\u123\"", "\\u12x4\"", "\\x\"", "\t\""
            })
    void a_string_that_does_not_end_or_is_none_has_no_end(String json) {
        assertThat(JsonText.end(json.getBytes(UTF_8), 0)).isEqualTo(-1);
    }
}
