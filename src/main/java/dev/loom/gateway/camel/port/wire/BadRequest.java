package dev.loom.gateway.camel.port.wire;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/** What a client has sent is no request, or comes too slowly to be one; the message is for the client. */
public final class BadRequest extends DecoderException {

    private final int status;
    private final @Nullable String code;

    public BadRequest(int status, String message) {
        this(status, message, null);
    }

    private BadRequest(int status, String message, @Nullable String code) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** What is asked for is no path. */
    public static BadRequest target() {
        return new BadRequest(
                400,
                "The URL is not valid. It begins with '/', as in /v1/models, and has two hexadecimal digits behind each '%'.",
                "invalid_url");
    }

    /** What the codec could not read as a request line and headers. */
    public static BadRequest head(DecoderResult result) {
        Throwable cause = result.cause();
        if (cause instanceof BadRequest known) {
            return known;
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new BadRequest(431, "The headers are too long.");
        }
        return cause instanceof TooLongHttpLineException
                ? new BadRequest(414, "The URL is too long.")
                : new BadRequest(400, "The request is not valid HTTP.");
    }

    /** What the codec could not read as a body. */
    public static BadRequest body(DecoderResult result) {
        return result.cause() instanceof BadRequest known
                ? known
                : new BadRequest(400, "The body's chunks or trailers are not valid HTTP.");
    }

    /** The HTTP status that the client gets before its connection ends. */
    public int status() {
        return status;
    }

    /** By which programs tell it from others; null for most. */
    public @Nullable String code() {
        return code;
    }

    /** Nobody looks at where it came from, and whoever floods the gateway makes many of them. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
