package dev.loom.gateway.camel.flow;

import dev.loom.gateway.camel.ChatFailed;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.camel.upstream.GuardedDialect;
import dev.loom.gateway.camel.upstream.Relay;
import dev.loom.gateway.camel.upstream.UpstreamAnswer;
import dev.loom.gateway.camel.upstream.UpstreamClient;
import dev.loom.gateway.camel.upstream.WholeReading;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.CredentialSource;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.provider.gemini.Vertex;
import dev.loom.gateway.traffic.GoogleCredentialsSource;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Message;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.jspecify.annotations.Nullable;

/** One provider on its own: its dialect, credentials and HTTP client, without routing, limits or breaker. */
final class SingleProvider {

    private final ProviderConfig config;
    private final Dialect dialect;
    private final @Nullable CredentialSource credentials;
    private final TimeSource time;

    /** @throws IllegalArgumentException if it needs Google's credentials and there are none */
    SingleProvider(ProviderConfig config, TimeSource time) {
        this.config = config;
        this.dialect = new GuardedDialect(Dialects.of(config.type()), config);
        this.credentials = config.type().equals("vertex") && Vertex.needsCredentials(config)
                ? GoogleCredentialsSource.of(config)
                : null;
        this.time = time;
    }

    ProviderConfig config() {
        return config;
    }

    /** Also where Camel's own setting is another: HttpClient would repeat 429 and 503 and sleep for Retry-After. */
    void configure(HttpClientBuilder builder, ScheduledExecutorService timer) {
        new UpstreamClient(config, ServerConfig.DEFAULTS, time, timer).configureHttpClient(builder);
        builder.disableAutomaticRetries();
    }

    /** The request in the provider's words, with its credentials. */
    UpstreamRequest encode(ApiRequest request) throws ChatFailed {
        try {
            UpstreamRequest encoded = request.encode(dialect, target(request));
            return credentials == null ? encoded : encoded.withHeaders(credentials.headers());
        } catch (UnsupportedRequest e) {
            throw new ChatFailed(400, e.error().message());
        } catch (CredentialsUnavailable e) {
            throw ChatFailed.of(e.failure());
        }
    }

    /** The provider's answer in OpenAI's words. */
    Completion decode(ApiRequest request, UpstreamCall call, Message answered) throws ChatFailed, IOException {
        try (UpstreamAnswer answer = new UpstreamAnswer(call, answered)) {
            byte[] body = answer.read(Relay.LONGEST_ANSWER);
            if (!answer.succeeded()) {
                throw ChatFailed.of(dialect.classify(answer.status(), answer::header, body, time.instant()));
            }
            return WholeReading.plausible(WholeReading.of(body, request, dialect, target(request)), request);
        } catch (UnreadableAnswer e) {
            throw ChatFailed.of(e.failure());
        }
    }

    private Target target(ApiRequest request) {
        return new Target(config, request.model());
    }
}
