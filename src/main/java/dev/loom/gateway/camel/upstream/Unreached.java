package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.config.ProviderConfig;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that could not be made: what is wrong, and what to do. Clients read the words, so that they name no host; the
 * log has it.
 */
final class Unreached {

    static final String NO_TLS =
            "The provider does not seem to speak TLS on this port; check its base_url, https or http";

    private Unreached() {}

    /** Null for what befell a connection that was there. */
    static @Nullable String words(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "The provider did not accept the connection in time";
        }
        if (cause instanceof UnknownHostException) {
            return "The provider's host name cannot be resolved; check its base_url, and the DNS";
        }
        if (cause instanceof ConnectException) {
            return "The provider refused the connection; check its base_url, and whether it runs";
        }
        return cause instanceof SSLException ? tls(cause) : null;
    }

    private static String tls(Throwable cause) {
        if (cause instanceof NoHandshake) {
            return NO_TLS;
        }
        if (says(cause, SSLPeerUnverifiedException.class, "")
                || says(cause, CertificateException.class, "No name matching")
                || says(cause, CertificateException.class, "No subject alternative")) {
            return "The provider's certificate is for another host name; check its base_url";
        }
        if (says(cause, CertificateExpiredException.class, "")) {
            return "The provider's certificate has expired; its server needs a new one";
        }
        if (says(cause, Exception.class, "PKIX path")) {
            return "The provider's certificate is not trusted; if its authority is your own, name it in tls.ca_file";
        }
        return says(cause, SSLException.class, "Unsupported or unrecognized SSL message")
                ? "The provider does not speak TLS on this port; check its base_url, https or http"
                : "No TLS connection to the provider could be made";
    }

    private static boolean says(Throwable thrown, Class<? extends Throwable> type, String part) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> type.isInstance(cause)
                        && String.valueOf(cause.getMessage()).contains(part));
    }

    /** Where the gateway wanted to go, for the log: {@code localhost:11434}, with the proxy if there is one. */
    static String address(ProviderConfig provider) {
        String host = provider.baseUrl() == null ? "" : authority(provider.baseUrl());
        return provider.proxy() == null ? host : host + " through the proxy " + authority(provider.proxy());
    }

    /** Without a user and a password. */
    private static String authority(String url) {
        URI uri = URI.create(url);
        String host = String.valueOf(uri.getHost());
        if (uri.getPort() >= 0) {
            return host + ":" + uri.getPort();
        }
        return host + (url.startsWith("http:") ? ":80" : ":443");
    }
}
