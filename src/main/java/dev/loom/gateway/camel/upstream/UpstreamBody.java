package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.UpstreamRequest;
import java.util.List;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** A request body that carries its call through the HTTP client, so that the client's connection becomes known to it. */
final class UpstreamBody extends ByteArrayEntity {

    private final List<byte[]> more;
    private final UpstreamCall call;

    UpstreamBody(UpstreamRequest request, UpstreamCall call) {
        super(request.body(), ContentType.APPLICATION_JSON);
        this.more = request.more();
        this.call = call;
    }

    /** What is to be sent after this body, each as a request of its own. */
    List<byte[]> more() {
        return more;
    }

    UpstreamCall call() {
        return call;
    }
}
