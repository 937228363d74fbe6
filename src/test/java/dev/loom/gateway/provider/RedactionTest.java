package dev.loom.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    @ParameterizedTest
    @CsvSource({
        "Incorrect API key provided: sk-ab***. Look there., Incorrect API key provided: *** Look there.",
        "Incorrect API key provided: odd/key+text, Incorrect API key provided: ***",
        "key bad-key-**********test is wrong, key *** is wrong",
        "used sk-proj-Ab_9.cdEF here, used *** here",
        "Authorization: Bearer abc.def~x, Authorization: *** ***",
        "GET /m?key=AIzaSyA1234567890 failed, GET /m?key=*** failed",
        "token eyJhbGciOiJI.UzI1.NiJ9 expired, token *** expired",
        "subscription 0123456789abcdef0123456789abcdef refused, subscription *** refused",
    })
    void keys_are_masked(String message, String expected) {
        assertThat(Redaction.mask(message)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The model `gpt-4.1-nano-wrong` does not exist or you do not have access to it.",
                "Unsupported parameter: 'max_tokens' is not supported with this model.",
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
                "Unknown key: messages_list, at risk-taking desk-lamp",
                "Request chatcmpl-9g58noIjRkOeNNxfFsFfcNjhXlul7 failed",
            })
    void other_messages_stay_as_they_are(String message) {
        assertThat(Redaction.mask(message)).isEqualTo(message);
    }

    @Test
    void long_messages_take_linear_time() {
        String text = "a".repeat(8_000) + " " + "*".repeat(2) + "-a".repeat(4_000) + " sk-".repeat(2_000);
        assertTimeout(Duration.ofSeconds(2), () -> Redaction.mask(text));
    }
}
