package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** An answer to HEAD tells the length that the answer to GET would have, which Vert.x leaves to whoever makes the answer. */
final class HeadLength {

    private HeadLength() {}

    static void tell(RoutingContext context) {
        if (context.request().method().equals(HttpMethod.HEAD)) {
            HttpServerResponse response = context.response();
            context.addHeadersEndHandler(head -> tell(response));
        }
    }

    /** Of what is written in parts, nobody knows the length yet. */
    private static void tell(HttpServerResponse response) {
        if (response.bytesWritten() > 0
                && response.ended()
                && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(response.bytesWritten()));
        }
    }
}
