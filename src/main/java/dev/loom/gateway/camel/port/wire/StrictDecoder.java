package dev.loom.gateway.camel.port.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 to the letter: what another server could read otherwise is no request. And one after the other: what a
 * client sends behind a request is not looked at before that is answered, so that its answers never pile up.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {

    /** Bytes of chunk sizes, extensions and trailers that a body may have beside eight times its length. */
    private static final int MOST_FRAMING = 16 << 10;

    /** A chunk of one byte needs five bytes more. */
    private static final int FRAMING_PER_BYTE = 8;

    /** Bytes that are kept for later; with more, nothing is read until the answer has gone out. */
    private static final int MOST_HELD = 64 << 10;

    private final ConnectionGuard guard;
    private final Lines lines = new Lines();
    private @Nullable ChannelHandlerContext context;
    private long framing;
    private long content;
    private boolean stopped;

    /** What is held back is to be read soon. */
    private boolean goingOn;

    /** Nothing is read because too much is held back. */
    private boolean pausing;

    StrictDecoder(HttpServerOptions options, ConnectionGuard guard) {
        super(options);
        this.guard = guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Reads nothing more from this client. */
    void stop() {
        stopped = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) throws Exception {
        guard.bytesCame();
        super.channelRead(ctx, read);
        mayRead();
    }

    /** The superclass would read on until it has decoded something. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (pausing) {
            discardSomeReadBytes();
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    /** Vert.x wants to read on whenever a request has its body, and knows nothing of what is held back. */
    boolean mayRead() {
        if (holdsTooMuch()) {
            pausing = true;
            Objects.requireNonNull(context).channel().config().setAutoRead(false);
        }
        return !pausing;
    }

    private boolean holdsTooMuch() {
        return (guard.isAnswering() || goingOn) && actualReadableBytes() > MOST_HELD;
    }

    /** Whether bytes wait for the answer to what came before them. */
    boolean isHolding() {
        return actualReadableBytes() > 0;
    }

    /** Reads what was held back, once what runs now is done. */
    void goOn() {
        goingOn = true;
        Objects.requireNonNull(context).executor().execute(this::readHeld);
    }

    private void readHeld() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        goingOn = false;
        if (ctx.isRemoved()) {
            return;
        }
        try {
            super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
            if (pausing && !holdsTooMuch()) {
                pausing = false;
                ctx.channel().config().setAutoRead(true);
            }
            channelReadComplete(ctx);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (stopped || guard.isEnding() || hasLeft(ctx)) {
            in.skipBytes(in.readableBytes());
        } else if (!guard.isAnswering()) {
            int before = in.readerIndex();
            super.decode(ctx, in, out);
            judge(out, in, before);
        }
    }

    /** Nobody could get the answers to what is held back. */
    private static boolean hasLeft(ChannelHandlerContext ctx) {
        return !ctx.channel().isActive();
    }

    private void judge(List<Object> decoded, ByteBuf in, int from) {
        int bytes = 0;
        for (Object each : decoded) {
            bytes += each instanceof HttpContent part ? part.content().readableBytes() : 0;
        }
        if (bytes == 0) {
            lines.look(in, from, in.readerIndex());
        }
        if (!decoded.isEmpty() && decoded.get(0) instanceof HttpRequest head) {
            begin(head, decoded);
        } else {
            content += bytes;
            framing += in.readerIndex() - from - bytes;
            if (lines.areOdd() && !decoded.isEmpty()) {
                refuseBody(decoded, "The body's chunks or trailers are not valid HTTP.");
            } else if (framing > MOST_FRAMING + FRAMING_PER_BYTE * content) {
                refuseBody(decoded, "The body has more chunk extensions or trailers than a request may have.");
            }
        }
        if (!decoded.isEmpty() && decoded.get(decoded.size() - 1) instanceof LastHttpContent) {
            lines.nextRequest();
        }
    }

    private void begin(HttpRequest head, List<Object> decoded) {
        content = 0;
        framing = 0;
        boolean readable = head.decoderResult().isSuccess();
        BadRequest problem = readable ? RequestHead.problem(head, lines) : null;
        if (!readable || problem != null) {
            // Vert.x answers in the request's own version, whatever that is.
            head.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
        if (problem != null) {
            head.setDecoderResult(DecoderResult.failure(problem));
            stopped = true;
            decoded.subList(1, decoded.size()).clear();
        } else if (readable) {
            RequestHead.endIfAsked(head);
            RequestHead.writePlainly(head);
        }
    }

    private void refuseBody(List<Object> decoded, String message) {
        decoded.forEach(ReferenceCountUtil::release);
        decoded.clear();
        DefaultLastHttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        end.setDecoderResult(DecoderResult.failure(new BadRequest(400, message)));
        decoded.add(end);
        stopped = true;
    }

    /** The superclass would believe the chunks; whoever stands before the gateway may have believed the length. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new BadRequest(400, "A request has either Content-Length or Transfer-Encoding, not both.");
    }
}
