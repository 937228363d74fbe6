package dev.loom.gateway.traffic;

import com.google.auth.Credentials;
import com.google.auth.RequestMetadataCallback;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.CredentialSource;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Failure;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One provider's access token from Google. Google's library keeps it; from 3 min 45 s before its end it is renewed on a
 * thread of its own while requests go on with the old one, and only from 3 min before its end do they wait for the new
 * one. However many requests ask, one of them makes the call. Thread-safe by the library's own lock, which is not taken
 * while the token is fresh.
 */
public final class GoogleCredentialsSource implements CredentialSource {

    /** A token takes some 100 ms; who has waited for this long is better served by another provider. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String provider;
    private final Credentials credentials;
    private final URI audience;

    private GoogleCredentialsSource(String provider, Credentials credentials, URI audience) {
        this.provider = provider;
        this.credentials = credentials;
        this.audience = audience;
    }

    /**
     * The credentials of {@code credentials_file}, or the application default credentials where there is none. Reads
     * the file; without one may ask the machine's metadata server, but fetches no token yet.
     *
     * @throws IllegalArgumentException if there are none or they cannot be read; the message says what to do
     */
    public static GoogleCredentialsSource of(ProviderConfig provider) {
        return of(provider, null);
    }

    /** As {@link #of(ProviderConfig)}, by way of this proxy where the provider has none of its own. */
    public static GoogleCredentialsSource of(ProviderConfig provider, @Nullable String serverProxy) {
        URI audience = URI.create(provider.baseUrl() == null ? "" : provider.baseUrl());
        String proxy = provider.proxy() != null ? provider.proxy() : serverProxy;
        return new GoogleCredentialsSource(provider.name(), GoogleCredentialsFile.read(provider, proxy), audience);
    }

    @Override
    public Map<String, Secret> headers() throws CredentialsUnavailable {
        Answer answer = new Answer();
        credentials.getRequestMetadata(audience, this::onItsOwnThread, answer);
        try {
            return answer.headers.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CredentialsUnavailable(GoogleTokenFailure.of(provider, e.getCause()));
        } catch (TimeoutException e) {
            throw new CredentialsUnavailable(Failure.timedOut("Google gave no access token for provider '" + provider
                    + "' within " + LONGEST_WAIT.toSeconds() + " s."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CredentialsUnavailable(Failure.transientFailure(
                    "Interrupted while waiting for an access token of provider '" + provider + "'."));
        }
    }

    /** One token an hour does not keep a pool busy. */
    private void onItsOwnThread(Runnable fetch) {
        Thread thread = new Thread(fetch, "google-token-" + provider);
        thread.setDaemon(true);
        thread.start();
    }

    /** Names the provider only. */
    @Override
    public String toString() {
        return "Google credentials of provider '" + provider + "'";
    }

    /** What the library gives back, at once or from its thread. */
    private static final class Answer implements RequestMetadataCallback {

        private final CompletableFuture<Map<String, Secret>> headers = new CompletableFuture<>();

        @Override
        public void onSuccess(Map<String, List<String>> metadata) {
            Map<String, Secret> result = new LinkedHashMap<>();
            metadata.forEach((name, values) -> result.put(name, new Secret(String.join(",", values))));
            headers.complete(result);
        }

        @Override
        public void onFailure(Throwable exception) {
            headers.completeExceptionally(exception);
        }
    }
}
