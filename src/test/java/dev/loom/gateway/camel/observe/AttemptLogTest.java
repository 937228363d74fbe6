package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.testing.CapturedLog;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class AttemptLogTest {

    private static String logged(Outcome outcome, int status, Duration retryAfter) {
        try (CapturedLog log = new CapturedLog()) {
            AttemptLog.failed(
                    "p", new Failure(outcome, status, ApiError.server("It said no.", null), retryAfter, null, false));
            return log.messages().get(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            CREDENTIAL   | 401 |        | credential (HTTP 401); check its api_key or credentials, it rests for 30 minutes
            QUOTA        | 429 | PT2H   | quota (HTTP 429); its account is used up, it rests for 2 hours
            QUOTA        | 429 | PT900H | quota (HTTP 429); its account is used up, it rests for 24 hours
            RATE_LIMITED | 429 | PT40S  | rate_limited (HTTP 429); it rests for 40 seconds
            RATE_LIMITED | 429 |        | rate_limited (HTTP 429); it rests for 5 seconds
            RATE_LIMITED | 429 | PT0S   | rate_limited (HTTP 429)
            TRANSIENT    | 0   |        | transient
            CALLER_FAULT | 404 |        | caller_fault (HTTP 404); check the path of its base_url, and the model
            """)
    void a_rest_is_logged_with_its_length(Outcome outcome, int status, Duration retryAfter, String line) {
        assertThat(logged(outcome, status, retryAfter)).isEqualTo("provider 'p' failed: " + line + ": It said no.");
    }
}
