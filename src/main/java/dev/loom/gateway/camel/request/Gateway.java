package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Accounting;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.CredentialSource;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One configuration at work.
 *
 * @param traffic the state of every enabled provider, by name, in the order of the file
 * @param dialects by provider name
 * @param credentials by provider name, for those whose tokens expire and are fetched
 * @param accounting null where {@code token_accounting} is off
 * @param fleet the instances that it counts with
 * @param effective the configuration as a tree, secrets as {@code ***}
 * @param timer cuts calls that take too long; its one thread only closes connections
 */
public record Gateway(
        GatewayConfig config,
        Map<String, ProviderTraffic> traffic,
        Map<String, Dialect> dialects,
        Map<String, CredentialSource> credentials,
        Planner planner,
        ClientKeys keys,
        @Nullable Accounting accounting,
        TimeSource time,
        ScheduledExecutorService timer,
        Instant started,
        Fleet fleet,
        Map<String, Object> effective) {

    /**
     * A request with what the provider is to see beside the dialect's own headers: its credentials, and over everything
     * the user's {@code headers}.
     */
    public UpstreamRequest authorized(UpstreamRequest request, ProviderConfig provider) throws CredentialsUnavailable {
        CredentialSource source = credentials.get(provider.name());
        UpstreamRequest signed = source == null ? request : request.withHeaders(source.headers());
        return provider.headers().isEmpty() ? signed : signed.withHeaders(provider.headers());
    }

    public Dialect dialect(Target target) {
        String name = target.provider().name();
        return Objects.requireNonNull(dialects.get(name), name);
    }
}
