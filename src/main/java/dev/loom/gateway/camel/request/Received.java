package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.Room;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client's HTTP request as its language reads it. */
final class Received {

    private Received() {}

    /**
     * Of a client whose key has been looked for.
     *
     * @param client null where no key is asked for
     * @param room for what is fetched because the request names it
     */
    static RawRequest of(
            HttpServerRequest http, byte[] body, Gateway gateway, ClientKeys.@Nullable Client client, Room room) {
        return new RawRequest(
                path(http.path()),
                http::getParam,
                http::getHeader,
                body,
                gateway.time().instant(),
                client == null ? null : client.key().name(),
                refusesUnknownIds(gateway, client),
                room);
    }

    /** Whether the client may name only what is known to be its own. */
    static boolean refusesUnknownIds(Gateway gateway, ClientKeys.@Nullable Client client) {
        return gateway.config().server().refusesUnknownIds(client == null ? null : client.key());
    }

    /** Decoded; a plus is a plus. */
    static String path(String raw) {
        return raw.indexOf('%') < 0 ? raw : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
