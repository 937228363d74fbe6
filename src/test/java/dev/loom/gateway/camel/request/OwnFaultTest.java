package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is not the provider's doing must not be held against it. */
class OwnFaultTest {

    /** A user's dialect with a mistake in it. */
    public static final class Mistaken implements Dialect {

        @Override
        public UpstreamRequest encode(ChatRequest request, Target target) {
            throw new IllegalStateException("a mistake with a secret in it");
        }

        @Override
        public Completion decode(byte[] body, ChatRequest request, Target target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChunkDecoder stream(ChatRequest request, Target target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Failure classify(int status, Headers headers, byte[] body, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UpstreamRequest models(ProviderConfig provider) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void a_mistake_inside_the_gateway_is_a_500_and_opens_no_breaker() {
        Map<String, String> mistake = Map.of("camel.beans.mistaken", "#class:" + Mistaken.class.getName());
        try (TestGateway gateway = TestGateway.start(
                "providers: [{name: a, type: 'bean:mistaken', base_url: 'http://127.0.0.1:1', models: [gpt-4]}]\n",
                mistake)) {
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
                assertThat(response.statusCode()).isEqualTo(500);
                assertThat(response.body()).contains("internal_error").doesNotContain("secret", "IllegalState");
            }
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers/a/stats").body())
                    .contains("\"state\":\"closed\"", "\"consecutive_failures\":0", "\"in_flight\":0");
        }
    }

    @Test
    void a_deadline_that_leaves_a_provider_no_time_is_not_its_failure() {
        try (FakeProvider slow = new FakeProvider(FakeProvider.Call::awaitClosed);
                FakeProvider next = new FakeProvider(FakeProvider.Call::awaitClosed);
                TestGateway gateway = TestGateway.start(TestGateway.providers("timeouts: {response: 700ms}", slow, next)
                        + "routing: {failover: {deadline: 800ms}}\n")) {
            HttpResponse<String> response = gateway.chat(chat("gpt-4", false));
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers/a/stats").body())
                    .contains("\"consecutive_failures\":1");
            assertThat(gateway.get(gateway.adminUrl() + "/ai/providers/b/stats").body())
                    .contains("\"consecutive_failures\":0", "\"transient\":1");
        }
    }
}
