package dev.loom.gateway.camel;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** A request body that carries its call through the HTTP client, so that the client's connection becomes known to it. */
final class UpstreamBody extends ByteArrayEntity {

    private final UpstreamCall call;

    UpstreamBody(byte[] body, UpstreamCall call) {
        super(body, ContentType.APPLICATION_JSON);
        this.call = call;
    }

    UpstreamCall call() {
        return call;
    }
}
