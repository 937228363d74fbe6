package dev.loom.gateway.camel.port;

import static dev.loom.gateway.testing.Answers.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A parameter that a call of the admin port does not take is told, and not left out of the answer. */
class KnownParametersTest {

    private static final FakeProvider A = FakeProvider.saying("x");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(TestGateway.providers("", A)
                + "token_accounting: {enabled: true, trust: anonymous, key: \"header:X-Team\"}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
    }

    private static HttpResponse<String> call(String method, String path) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            GET    | /ai/usage?team=x                   | There is no parameter 'team' here; there are: key, window.
            GET    | /ai/usage?windw=1h                 | There is no parameter 'windw' here; did you mean window? there are: key, window.
            DELETE | /ai/usage?key=x&window=1h          | There is no parameter 'window' here; there are: key.
            GET    | /ai/usage/top?key=x                | There is no parameter 'key' here; there are: window, limit, by.
            GET    | /ai/usage/series?limit=3           | There is no parameter 'limit' here; there are: key, window, step.
            GET    | /ai/usage.csv?by=cost              | There is no parameter 'by' here; there are: key, window.
            GET    | /ai/requests?limit=3               | There is no parameter 'limit' here; there are: none.
            GET    | /ai/providers/a/stats?window=1h    | There is no parameter 'window' here; there are: none.
            POST   | /ai/providers/a/reset?scope=fleet  | There is no parameter 'scope' here; there are: none.
            POST   | /ai/providers/a/drain?scop=fleet   | There is no parameter 'scop' here; did you mean scope? there are: scope.
            GET    | /ai/usage?key=a&key=b              | 'key' must be given once.
            """)
    void an_unknown_parameter_is_refused(String method, String path, String message) {
        assertThat(error(call(method, path), 400).path("message").asText()).isEqualTo(message);
    }

    @Test
    void the_refusal_names_the_parameter() {
        assertThat(error(call("GET", "/ai/usage?team=x"), 400).path("param").asText())
                .isEqualTo("team");
        assertThat(error(call("GET", "/ai/usage?team=x"), 400).path("code").asText())
                .isEqualTo("unknown_parameter");
        assertThat(call("HEAD", "/ai/usage?team=x").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ai/usage?key=anonymous&window=1h",
                "/ai/usage/top?window=1h&limit=3&by=cost",
                "/ai/usage/series?window=1h&step=5m",
                "/ai/usage.csv?window=30d",
                "/ai/providers?",
                "/live?probe=1",
                "/ready?probe=1"
            })
    void what_a_call_takes_is_taken(String path) {
        assertThat(call("GET", path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            month | 'window' must be a duration such as 5m, 1h or 7d; write 30d.
            2w    | 'window' must be a duration such as 5m, 1h or 7d; write one number and one unit: 14d.
            90    | 'window' must be a duration such as 5m, 1h or 7d.
            """)
    void a_window_in_other_words_is_told_in_ours(String window, String message) {
        assertThat(error(call("GET", "/ai/usage?window=" + window), 400)
                        .path("message")
                        .asText())
                .isEqualTo(message);
    }
}
