package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderSecretsTest {

    private static final String KEY = "sk-abcdefghijklmnopqrstuvwxyz";

    private final ProviderSecrets secrets = new ProviderSecrets(List.of(KEY));

    @ParameterizedTest
    @CsvSource({
        "the key sk-abcdefghijklmnopqrstuvwxyz is wrong, the key *** is wrong",
        "the key abcdefghijklmnopqrstuvwxyz is wrong, the key *** is wrong",
        "abcdefghijklmnopqrstuvwxyz, ***",
        "k-abcdefghijklmn and lmnopqrstuvwxyz and klmnopqrstuvwxyz, *** and lmnopqrstuvwxyz and ***",
        "abcdefghijklmnopXabcdefghijklmnopqabcdefghijklmnop, ***X******",
        "sk-abcdefghijklmnopqrstuvwxyzsk-abcdefghijklmnopqrstuvwxyz, ******",
        "xabcdefghijklmnopqrstuvwxyzx, x***x",
    })
    void a_piece_of_sixteen_characters_is_hidden_wherever_it_stands(String text, String masked) {
        assertThat(secrets.masked(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource({"sk-abcdefghijkl", "abcdefghijklmno is fifteen", "''", "nothing of it is here"})
    void what_is_shorter_stays(String text) {
        assertThat(secrets.masked(text)).isEqualTo(text);
    }

    @Test
    void a_short_secret_is_hidden_as_a_whole() {
        assertThat(new ProviderSecrets(List.of("secret-1")).masked("it is secret-1, or secret-"))
                .isEqualTo("it is ***, or secret-");
    }
}
