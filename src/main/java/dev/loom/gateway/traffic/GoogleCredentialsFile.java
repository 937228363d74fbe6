package dev.loom.gateway.traffic;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds a provider's credentials: a service account's key, or any other file that Google's tools write. The library's
 * own retries are off, since they would keep a request waiting that another provider could answer.
 */
final class GoogleCredentialsFile {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final int HTTP_PORT = 80;

    private GoogleCredentialsFile() {}

    /**
     * The provider's credentials, without a token yet.
     *
     * @throws IllegalArgumentException if there are none or they cannot be read; the message says what to do
     */
    static GoogleCredentials read(ProviderConfig provider, @Nullable String proxy) {
        Path file = provider.credentialsFile();
        GoogleCredentials found = file == null ? ofTheMachine(provider) : ofFile(provider, file, proxy);
        return found.createScoped(SCOPE).createWithCustomRetryStrategy(false);
    }

    private static GoogleCredentials ofFile(ProviderConfig provider, Path file, @Nullable String proxy) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw bad(
                    provider,
                    "credentials_file " + file + " is not a file that can be read. Correct the path or its"
                            + " permissions.");
        }
        try {
            return GoogleCredentials.fromStream(new ByteArrayInputStream(UserFile.read(file)), transport(proxy));
        } catch (IOException | RuntimeException e) {
            throw bad(
                    provider,
                    "credentials_file " + file + " is no credentials file of Google's: " + reason(e)
                            + " Download the key of a service account as JSON and name that file.");
        }
    }

    /** The metadata server of a machine is not behind the provider's proxy, so that one is not used here. */
    private static GoogleCredentials ofTheMachine(ProviderConfig provider) {
        try {
            return GoogleCredentials.getApplicationDefault();
        } catch (IOException e) {
            throw bad(
                    provider,
                    "it has no credentials_file, and there are no application default credentials. Set"
                            + " credentials_file, or the environment variable GOOGLE_APPLICATION_CREDENTIALS, or run on"
                            + " Google Cloud.");
        }
    }

    private static HttpTransportFactory transport(@Nullable String proxy) {
        NetHttpTransport.Builder builder = new NetHttpTransport.Builder();
        if (proxy != null) {
            URI uri = URI.create(proxy);
            int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
            builder.setProxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port)));
        }
        NetHttpTransport transport = builder.build();
        return () -> transport;
    }

    private static String reason(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String line = message.lines().findFirst().orElse("");
        return line.endsWith(".") ? line : line + ".";
    }

    private static IllegalArgumentException bad(ProviderConfig provider, String problem) {
        return new IllegalArgumentException("Provider '" + provider.name() + "': " + problem);
    }
}
