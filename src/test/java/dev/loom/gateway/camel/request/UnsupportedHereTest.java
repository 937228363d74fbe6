package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Errors that say what only this provider or this model does not take. */
class UnsupportedHereTest {

    private static final String ERROR =
            "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with"
                    + " this model.\",\"type\":\"invalid_request_error\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}";

    private static FakeProvider refusing() {
        return new FakeProvider(call -> call.json(400, ERROR));
    }

    private static TestGateway start(String providers, String more) {
        return TestGateway.start("providers:\n" + providers.indent(2) + more);
    }

    private static String provider(String name, FakeProvider at) {
        return "- {name: %s, type: openai, api_key: k, base_url: '%s', models: [m]}\n".formatted(name, at.url());
    }

    @Test
    void a_provider_with_another_model_is_asked_next() {
        try (FakeProvider a = refusing();
                FakeProvider same = FakeProvider.saying("never");
                FakeProvider other = FakeProvider.saying("from the other");
                TestGateway gateway = start(
                        provider("a", a) + provider("same", same) + provider("other", other),
                        "model_mapping: {m: {other: n}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("m", false));
            assertThat(response.body()).contains("from the other");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
            assertThat(same.requests())
                    .as("the same model would refuse it, too")
                    .isEmpty();
            JsonNode stats = gateway.stats("a");
            assertThat(stats.at("/errors/unsupported_here").asInt()).isEqualTo(1);
            assertThat(stats.at("/circuit_breaker/consecutive_failures").asInt())
                    .isZero();
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_failovers_total{from=\"a\",reason=\"error\",to=\"other\"} 1.0");
        }
    }

    @Test
    void without_such_a_provider_the_client_gets_the_error_unchanged() {
        try (FakeProvider a = refusing();
                FakeProvider same = FakeProvider.saying("never");
                TestGateway gateway = start(provider("a", a) + provider("same", same), "")) {
            HttpResponse<String> response = gateway.chat(chat("m", false));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .contains(
                            "'max_tokens' is not supported",
                            "\"param\":\"max_tokens\"",
                            "\"code\":\"unsupported_parameter\"",
                            "\"class\":\"unsupported_here\"");
            assertThat(response.headers().firstValue("x-loom-provider")).hasValue("a");
            assertThat(same.requests()).isEmpty();
        }
    }

    @Test
    void when_all_refuse_it_the_last_refusal_is_relayed() {
        try (FakeProvider a = refusing();
                FakeProvider b = new FakeProvider(call -> call.json(400, ERROR.replace("max_tokens", "seed")));
                TestGateway gateway = start(provider("a", a) + provider("b", b), "model_mapping: {m: {b: n}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("m", false));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("\"param\":\"seed\"");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("2");
        }
    }

    @Test
    void the_failure_of_one_that_may_take_it_counts_for_more() {
        try (FakeProvider a = refusing();
                FakeProvider b = FakeProvider.failing(503, "server_error", "overloaded");
                TestGateway gateway = start(
                        provider("a", a) + provider("b", b),
                        "model_mapping: {m: {b: n}}\nrouting: {failover: {max_retries: 1}}\n")) {
            assertThat(gateway.chat(chat("m", false)).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void the_fallback_is_one_of_another_kind() {
        try (FakeProvider a = refusing();
                FakeProvider b = FakeProvider.saying("never");
                TestGateway gateway = start(
                        provider("a", a)
                                + "- {name: claude, type: anthropic, api_key: k, base_url: '%s', models: [m]}\n"
                                        .formatted(b.url()),
                        "routing: {providers: [{name: a}], fallback: {provider: claude}}\n")) {
            b.behave(call -> call.json(
                    200,
                    "{\"id\":\"1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":"
                            + "[{\"type\":\"text\",\"text\":\"from claude\"}],\"stop_reason\":\"end_turn\",\"usage\":"
                            + "{\"input_tokens\":1,\"output_tokens\":1}}"));
            assertThat(gateway.chat(chat("m", false)).body()).contains("from claude");
        }
    }
}
