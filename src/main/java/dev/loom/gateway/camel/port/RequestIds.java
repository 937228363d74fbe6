package dev.loom.gateway.camel.port;

import dev.loom.gateway.traffic.Chance;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import java.util.regex.Pattern;

/** The value of {@code x-request-id}: the client's own where it is harmless, made otherwise. */
public final class RequestIds {

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestIds() {}

    public static String of(HttpServerRequest request) {
        String own = request.getHeader("x-request-id");
        return own != null && HARMLESS.matcher(own).matches() ? own : "req_" + made();
    }

    /** Unique, and no secret: a source of chance that is fast will do. */
    private static UUID made() {
        return new UUID(Chance.SYSTEM.nextLong(), Chance.SYSTEM.nextLong());
    }
}
