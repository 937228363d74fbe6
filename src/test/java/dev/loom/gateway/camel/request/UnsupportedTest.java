package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Requests that one provider's dialect has no words for: another one may have them. */
class UnsupportedTest {

    private static final String TWO_ANSWERS =
            "{\"model\":\"m\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    @Test
    void the_next_provider_that_can_express_it_is_asked() {
        try (FakeProvider a = FakeProvider.saying("never");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = start("anthropic", a, "openai", b)) {
            isFrom(gateway.chat(TWO_ANSWERS), "b", 1);
            assertThat(a.requests()).isEmpty();
            JsonNode stats = gateway.stats("a");
            assertThat(stats.path("requests").asInt())
                    .as("a skip is no attempt")
                    .isZero();
            assertThat(stats.path("limits")
                            .path("concurrent_requests")
                            .path("remaining")
                            .asInt())
                    .as("what was taken is given back")
                    .isEqualTo(1);
        }
    }

    @Test
    void without_one_the_client_is_told_what_is_not_supported() {
        try (FakeProvider a = FakeProvider.saying("never");
                TestGateway gateway = start("anthropic", a, "anthropic", a)) {
            HttpResponse<String> response = gateway.chat(TWO_ANSWERS);
            JsonNode error = error(response, 400);
            assertThat(error.path("param").asText()).isEqualTo("n");
            assertThat(error.path("message").asText()).contains("'n'");
            assertThat(error.path("attempts").toString())
                    .contains("{\"provider\":\"a\",\"model\":\"m\",\"skipped\":\"unsupported\"}");
            assertThat(header(response, "x-loom-attempts")).isEqualTo("0");
            assertThat(a.requests()).isEmpty();
        }
    }

    @Test
    void the_failure_of_one_that_can_express_it_counts_for_more() {
        try (FakeProvider a = FakeProvider.saying("never");
                FakeProvider b = FakeProvider.failing(429, "requests", "rate_limit_exceeded");
                TestGateway gateway = start("anthropic", a, "openai", b)) {
            HttpResponse<String> response = gateway.chat(TWO_ANSWERS);
            assertThat(error(response, 429).path("attempts")).hasSize(2);
            assertThat(header(response, "x-loom-attempts")).isEqualTo("1");
        }
    }

    private static TestGateway start(String oneType, FakeProvider one, String otherType, FakeProvider other) {
        String provider = "  - {name: %s, type: %s, api_key: k, base_url: '%s', models: [m],"
                + " rate_limit: {concurrent_requests: 1}}\n";
        return TestGateway.start("providers:\n" + provider.formatted("a", oneType, one.url())
                + provider.formatted("b", otherType, other.url()));
    }
}
