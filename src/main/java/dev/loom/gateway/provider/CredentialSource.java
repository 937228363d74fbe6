package dev.loom.gateway.provider;

import dev.loom.gateway.config.Secret;
import java.util.Map;

/**
 * Where one provider's short-lived credentials come from. A dialect is free of I/O, so the caller asks the source and
 * lays its headers over those of {@link Dialect#encode} and {@link Dialect#models}, see
 * {@link UpstreamRequest#withHeaders}.
 */
@FunctionalInterface
public interface CredentialSource {

    /**
     * Headers for the next request, {@code Authorization} among them. Cheap while the credentials are fresh; may wait
     * for the network when they have run out. Thread-safe.
     *
     * @throws CredentialsUnavailable if there are none to be had; it says what the attempt came to
     */
    Map<String, Secret> headers() throws CredentialsUnavailable;
}
