package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/** What counts as this machine only. */
public final class Loopback {

    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private Loopback() {}

    /**
     * Whether the client means this machine by name ({@code Host}, or {@code :authority} in HTTP/2). A page from elsewhere can make its own name lead here (DNS
     * rebinding), but it cannot make a browser send another one.
     */
    static boolean isAskedFor(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && NAMES.contains(authority.host().toLowerCase(Locale.ROOT));
    }

    /** Whether a port that is bound to this address can be reached from this machine only. */
    public static boolean isBoundTo(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
