package dev.loom.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code tls} towards a provider. Files are PEM.
 *
 * @param caFile certificates to trust instead of the JVM's
 * @param certFile and {@code keyFile}: the client certificate; both or neither
 * @param insecure true accepts any certificate and any host name
 */
public record TlsConfig(@Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, boolean insecure) {}
