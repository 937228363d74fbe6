package dev.loom.gateway.camel.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.testing.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class AttemptLogTest {

    private static String logged(Outcome outcome, int status, Duration retryAfter) {
        return logged(new Failure(outcome, status, ApiError.server("It said no.", null), retryAfter, null, false));
    }

    private static String logged(Failure failure) {
        try (CapturedLog log = new CapturedLog()) {
            AttemptLog.failed("p", failure);
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
            CALLER_FAULT | 400 |        | caller_fault (HTTP 400)
            CONTEXT_LENGTH | 400 |      | context_length (HTTP 400)
            UNSUPPORTED_HERE | 403 |    | unsupported_here (HTTP 403)
            """)
    void a_rest_is_logged_with_its_length(Outcome outcome, int status, Duration retryAfter, String line) {
        assertThat(logged(outcome, status, retryAfter)).isEqualTo("provider 'p' failed: " + line + ": It said no.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            401 | invalid_api_key                      | Incorrect API key    | check its api_key or credentials
            403 | missing_scope                        | You have insufficient permissions for this operation. Missing scopes: model.request. | check its api_key or credentials
            403 | unsupported_country_region_territory | Country not supported | it serves nobody in the country or region from which the gateway calls
            400 |                                      | User location is not supported for the API use. | it serves nobody in the country or region from which the gateway calls
            403 | ip_not_authorized                    | Your IP is not authorized. | its network rules or its list of addresses do not let the gateway in
            403 | 403                                  | Access denied due to Virtual Network/Firewall rules. | its network rules or its list of addresses do not let the gateway in
            """)
    void a_refusal_is_logged_with_what_can_be_done_about_it(int status, String code, String message, String hint) {
        String body = Json.string(
                Json.object().set("error", Json.object().put("code", code).put("message", message)));
        Failure failure = Classifier.classify(status, Headers.NONE, body.getBytes(UTF_8), Instant.EPOCH);
        assertThat(logged(failure))
                .isEqualTo("provider 'p' failed: credential (HTTP " + status + "); " + hint
                        + ", it rests for 30 minutes: " + message);
    }

    @Test
    void the_clients_fault_is_logged_in_the_providers_words_on_one_short_line() {
        String message = "Your prompt\n" + "is x".repeat(1_000);
        try (CapturedLog log = new CapturedLog()) {
            AttemptLog.failed(
                    "p", new Failure(Outcome.CALLER_FAULT, 400, ApiError.server(message, null), null, null, false));
            assertThat(log.events().get(0).getLevel()).isEqualTo(Level.INFO);
            assertThat(log.messages().get(0))
                    .startsWith("provider 'p' failed: caller_fault (HTTP 400): Your prompt is x")
                    .endsWith("...")
                    .hasSizeLessThan(400);
        }
    }
}
