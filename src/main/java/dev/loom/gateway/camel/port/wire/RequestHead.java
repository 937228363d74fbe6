package dev.loom.gateway.camel.port.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.vertx.core.net.HostAndPort;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/** What a request line and headers must say; what can be read in two ways is refused. */
final class RequestHead {

    /** As many as Apache's web server takes. Eight kilobytes for all of them are the bound beside this one. */
    private static final int MOST_HEADERS = 100;

    private final HttpRequest request;
    private int headers;
    private int hosts;
    private int codings;
    private CharSequence host = "";
    private CharSequence coding = "";
    private @Nullable CharSequence type;
    private boolean ofTwoTypes;

    private RequestHead(HttpRequest request) {
        this.request = request;
        Iterator<Entry<CharSequence, CharSequence>> each = request.headers().iteratorCharSequence();
        while (each.hasNext()) {
            look(each.next());
        }
    }

    private void look(Entry<CharSequence, CharSequence> header) {
        headers++;
        if (AsciiString.contentEqualsIgnoreCase(header.getKey(), HttpHeaderNames.HOST)) {
            hosts++;
            host = header.getValue();
        } else if (AsciiString.contentEqualsIgnoreCase(header.getKey(), HttpHeaderNames.TRANSFER_ENCODING)) {
            codings++;
            coding = header.getValue();
        } else if (AsciiString.contentEqualsIgnoreCase(header.getKey(), HttpHeaderNames.CONTENT_TYPE)) {
            ofTwoTypes |= type != null && !AsciiString.contentEquals(type, header.getValue());
            type = header.getValue();
        }
    }

    /**
     * @param lines that it was read from
     * @return null where nothing is wrong
     */
    static @Nullable BadRequest problem(HttpRequest request, Lines lines) {
        return new RequestHead(request).problem(lines);
    }

    /** Of several options of a connection, {@code close} is the one that counts; Vert.x sees it only where it stands alone. */
    static void endIfAsked(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    /** A type of content may be written in capitals, and with spaces behind it; Vert.x compares it as it is. */
    static void writePlainly(HttpRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        if (type != null) {
            int end = type.indexOf(';') < 0 ? type.length() : type.indexOf(';');
            String plain = type.substring(0, end).strip().toLowerCase(Locale.ROOT) + type.substring(end);
            if (!plain.equals(type)) {
                request.headers().set(HttpHeaderNames.CONTENT_TYPE, plain);
            }
        }
    }

    private @Nullable BadRequest problem(Lines lines) {
        boolean old = is(HttpVersion.HTTP_1_0);
        if (!old && !is(HttpVersion.HTTP_1_1)) {
            return new BadRequest(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
        }
        if (lines.areOdd()) {
            return new BadRequest(
                    400,
                    "The request line has three words, with one space between them, and each header a name and one line.");
        }
        if (headers > MOST_HEADERS) {
            return new BadRequest(431, "The request has more than " + MOST_HEADERS + " headers.");
        }
        boolean hostless = old && hosts == 0;
        if (!hostless && (hosts != 1 || !isHost(host.toString()))) {
            return new BadRequest(400, "A request has exactly one Host, which names a host and perhaps a port.");
        }
        if (codings > 0 && (old || codings > 1 || !AsciiString.contentEqualsIgnoreCase(coding, "chunked"))) {
            return new BadRequest(400, "The only Transfer-Encoding is 'chunked', said once, in HTTP/1.1.");
        }
        if (ofTwoTypes) {
            return new BadRequest(400, "A request has one Content-Type.");
        }
        if (!isTarget(request.uri())) {
            return BadRequest.target();
        }
        return isOfHost(request.uri())
                ? null
                : new BadRequest(400, "A target that is a whole URL names the same host as the header Host.");
    }

    /** Whoever looks at the one, and whoever looks at the other, must see the same. */
    private boolean isOfHost(String uri) {
        if (uri.startsWith("/")) {
            return true;
        }
        int start = uri.indexOf("//") + 2;
        int end = start;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return uri.substring(start, end).equalsIgnoreCase(host.toString());
    }

    /** What the codec reads from another spelling, such as HTTP/01.1 or http/1.1, is equal to the version, but not it. */
    @SuppressWarnings("ReferenceEquality")
    private boolean is(HttpVersion version) {
        return request.protocolVersion() == version;
    }

    /** A path, or a whole URL, which a client of a proxy sends. Vert.x would put a slash before anything else. */
    private static boolean isTarget(String uri) {
        return uri.startsWith("/")
                || uri.regionMatches(true, 0, "http://", 0, "http://".length())
                || uri.regionMatches(true, 0, "https://", 0, "https://".length());
    }

    private static boolean isHost(String text) {
        return !text.isEmpty() && HostAndPort.parseAuthority(text, -1) != null;
    }
}
