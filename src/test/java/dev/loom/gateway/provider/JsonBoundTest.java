package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBoundTest {

    private static String bounded(String json, List<List<String>> path) {
        return new String(JsonBound.in(json.getBytes(StandardCharsets.UTF_8), 50, path), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            { "a" : 1.0, "m" : 99 , "ü":[{"m":99}] } | { "a" : 1.0, "m" : 50 , "ü":[{"m":99}] }
            {"m":50, "x" : null}                     | {"m":50, "x" : null}
            {"m":7}                                  | {"m":7}
            {"m":51.0}                               | {"m":50}
            {"m":null}                               | {"m":50}
            {"m":"9"}                                | {"m":"9"}
            {"m":"900"}                              | {"m":50}
            {"m":[1]}                                | {"m":50}
            {"x":{"m":1}}                            | {"m":50,"x":{"m":1}}
            {}                                       | {"m":50}
            { }                                      | {"m":50 }
            """)
    void a_number_is_lowered_or_set_and_every_other_byte_stays(String json, String expected) {
        assertThat(bounded(json, List.of(List.of("m")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"c":{"t": 1,"maxOut" : 99}, "z":1}    | {"c":{"t": 1,"maxOut" : 50}, "z":1}
            {"c":{"max_out":99}}                   | {"c":{"max_out":50}}
            {"c":{"max_out":99,"maxOut":9}}        | {"c":{"max_out":50,"maxOut":9}}
            {"c":{"t":1}}                          | {"c":{"maxOut":50,"t":1}}
            {"c":{}}                               | {"c":{"maxOut":50}}
            {"c":null,"z":1}                       | {"c":{"maxOut":50},"z":1}
            {"z": 1}                               | {"c":{"maxOut":50},"z": 1}
            {"maxOut":99}                          | {"c":{"maxOut":50},"maxOut":99}
            """)
    void also_inside_another_object_and_in_each_spelling(String json, String expected) {
        assertThat(bounded(json, List.of(List.of("c"), List.of("maxOut", "max_out"))))
                .isEqualTo(expected);
    }
}
