package dev.loom.gateway.camel.request;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Message;

/** The client's headers, for steps to read, as {@code loom-request.<name in lower case>}. Credentials are left out. */
public final class ClientHeaders {

    private static final String PREFIX_OF_OURS = "loom-";

    private static final String PREFIX = "loom-request.";

    /** What lets somebody in somewhere, and what is between the client and this connection only. */
    private static final Set<String> HIDDEN = Set.of(
            "authorization",
            "proxy-authorization",
            "x-api-key",
            "api-key",
            "x-goog-api-key",
            "cookie",
            "connection",
            "content-length",
            "transfer-encoding");

    /** Most clients send the same few names, and a name that many invent is not worth keeping. */
    private static final int MOST_NAMES = 256;

    private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

    private ClientHeaders() {}

    /** Removes all headers but those of PREFIX_OF_OURS that steps before the gateway's first one have set. */
    static void enter(HttpServerRequest request, Message message) {
        message.getHeaders()
                .keySet()
                .removeIf(name -> !areOurs(name) || request.headers().contains(name));
    }

    static void show(HttpServerRequest request, Message message) {
        for (Map.Entry<String, String> header : request.headers()) {
            String name = name(header.getKey());
            if (!name.isEmpty()) {
                message.setHeader(name, header.getValue());
            }
        }
    }

    /** Empty for one that is not shown. */
    private static String name(String header) {
        String known = NAMES.get(header);
        if (known != null) {
            return known;
        }
        String lower = header.toLowerCase(Locale.ROOT);
        String name = HIDDEN.contains(lower) ? "" : PREFIX + lower;
        if (NAMES.size() < MOST_NAMES) {
            NAMES.put(header, name);
        }
        return name;
    }

    /**
     * Takes all headers away but those that steps and clients have left for each other.
     */
    public static void clear(Message message) {
        message.getHeaders().keySet().removeIf(name -> !areOurs(name));
    }

    /** Whether nobody but steps and clients are to see it. */
    public static boolean areOurs(String name) {
        return name.regionMatches(true, 0, PREFIX_OF_OURS, 0, PREFIX_OF_OURS.length());
    }
}
