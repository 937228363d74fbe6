package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code tls} towards a provider. Files are PEM.
 *
 * @param caFile certificates to trust instead of the JVM's
 * @param certFile and {@code keyFile}: the client certificate; both or neither
 * @param insecure true accepts any certificate and any host name
 */
public record TlsConfig(@Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, boolean insecure) {

    static TlsConfig read(Section s) {
        if (s.has("cert_file") != s.has("key_file")) {
            boolean certificate = s.has("cert_file");
            s.error(
                    certificate ? "key_file" : "cert_file",
                    "is required with " + (certificate ? "cert_file" : "key_file"));
        }
        return new TlsConfig(
                s.get("ca_file", Addresses.FILE),
                s.get("cert_file", Addresses.FILE),
                s.get("key_file", Addresses.FILE),
                s.get("insecure", Types.FLAG, false));
    }
}
