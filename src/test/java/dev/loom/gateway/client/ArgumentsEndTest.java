package dev.loom.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsEndTest {

    /** Piece by piece, as the longest way there is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                  | false",
                "{}                  | true",
                "{\"a\":\"}\"}         | true",
                "{\"a\":\"\\\"}\"}       | true",
                "{\"a\":[{\"b\":1}]}   | true",
                "{\"a\":1             | false",
                "{\"a\":\"}            | false",
                "{\"a\":1}}           | false",
                "{}{}                | false",
                "}{                  | false",
                "nonsense            | false",
                "12                  | false",
                "\"text\"            | true",
                "\"text              | false",
            })
    void arguments_are_whole_where_they_are_json(String arguments, boolean whole) {
        ArgumentsEnd end = new ArgumentsEnd();
        Block call = new Block(Block.Kind.CALL, 0, "id");
        boolean last = end.isWhole(call);
        for (char c : arguments.toCharArray()) {
            call.append(String.valueOf(c));
            end.append(String.valueOf(c));
            last = end.isWhole(call);
        }
        assertThat(last).isEqualTo(whole);
    }
}
