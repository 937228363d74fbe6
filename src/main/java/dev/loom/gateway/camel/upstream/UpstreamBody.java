package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.Content;
import dev.loom.gateway.provider.UpstreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/** A request body that carries its call through the HTTP client, so that the client's connection becomes known to it. */
final class UpstreamBody extends HttpEntityWrapper {

    private final byte[] json;
    private final List<byte[]> more;
    private final UpstreamCall call;

    UpstreamBody(UpstreamRequest request, UpstreamCall call) {
        super(entity(request));
        this.json = json(request);
        this.more = request.more();
        this.call = call;
    }

    /** What a step behind {@code loomEncode} has put in the place of another. */
    UpstreamBody(byte[] body, UpstreamCall call) {
        super(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        this.json = body;
        this.more = List.of();
        this.call = call;
    }

    private static byte[] json(UpstreamRequest request) {
        byte[] json =
                request.content() == null ? request.body() : request.content().json();
        return json == null ? new byte[0] : json;
    }

    private static HttpEntity entity(UpstreamRequest request) {
        Content content = request.content();
        return content == null
                ? new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON)
                : new Passing(content, request.headers().get("Content-Type"));
    }

    /** For steps that look at it; empty where it is no JSON. */
    byte[] json() {
        return json;
    }

    /** What is to be sent after this body, each as a request of its own. */
    List<byte[]> more() {
        return more;
    }

    UpstreamCall call() {
        return call;
    }

    /** A body that nobody reads on its way. */
    private static final class Passing extends AbstractHttpEntity {

        private final Content content;

        Passing(Content content, @Nullable String type) {
            super(type, null);
            this.content = content;
        }

        @Override
        public long getContentLength() {
            return content.length();
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public boolean isStreaming() {
            return false;
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("It is written, not read");
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            content.writeTo(out);
        }

        @Override
        public void close() {}
    }
}
