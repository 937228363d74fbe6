package dev.loom.gateway.camel.port.wire;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of a client, between the HTTP codec and Vert.x: how long it may be silent, that bad framing is
 * answered, that the answer to it arrives before the end, and that nothing is read behind it. Lives on the connection's
 * event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells the pipeline of what fails.
final class ConnectionGuard extends ChannelDuplexHandler {

    private final Supplier<ServerConfig> settings;
    private final TimeSource time;
    private final StrictDecoder decoder;
    private @Nullable Deadline deadline;
    private @Nullable LastAnswer last;

    /** Bytes have come of a request whose headers are not whole. */
    private boolean begun;

    /** The end of a request has not come. */
    private boolean receiving;

    /** The end of an answer has not been taken by the socket. */
    private boolean answering;

    /** The end of the answer waits for the socket. */
    private boolean written;

    private long waiting;

    ConnectionGuard(Supplier<ServerConfig> settings, TimeSource time, HttpServerOptions options) {
        this.settings = settings;
        this.time = time;
        this.decoder = new StrictDecoder(options, this);
    }

    StrictDecoder decoder() {
        return decoder;
    }

    /** Whether a request is whole and its answer is not. */
    boolean isAnswering() {
        return answering && !receiving;
    }

    /** Whether nothing that comes now will be answered. */
    boolean isEnding() {
        return last != null && last.isTaken();
    }

    private Deadline deadline() {
        return Objects.requireNonNull(deadline, "No connection yet");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = new Deadline(time, ctx.executor(), () -> late(ctx));
        deadline.in(settings.get().headerTimeout());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline().close();
        ctx.fireChannelInactive();
    }

    void bytesCame() {
        if (!begun && !receiving && !answering) {
            begun = true;
            deadline().in(settings.get().headerTimeout());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (read instanceof HttpRequest) {
            begun = false;
            receiving = true;
            answering = true;
            deadline().in(settings.get().bodyTimeout());
        } else if (read instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                refuseBody(ctx, BadRequest.body(content.decoderResult()));
                return;
            }
            received(content instanceof LastHttpContent);
        }
        ctx.fireChannelRead(read);
    }

    private void received(boolean whole) {
        receiving = !whole;
        if (!whole) {
            deadline().in(settings.get().bodyTimeout());
        } else if (answering) {
            deadline().clear();
        } else {
            next();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (decoder.mayRead()) {
            ctx.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ChannelPromise taken = promise;
        if (message instanceof HttpResponse head && closes(head)) {
            last = new LastAnswer(ctx);
        }
        if (message instanceof LastHttpContent && !isInterim(message)) {
            written = true;
            waiting = 0;
            deadline().in(settings.get().keepAliveTimeout());
            taken = promise.unvoid();
            taken.addListener(done -> taken());
        }
        ctx.write(message, taken);
    }

    private static boolean closes(HttpResponse head) {
        return head.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    }

    /** {@code 100 Continue} is an answer's end to the codec, but not to the client. */
    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse head && head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private void taken() {
        answering = false;
        written = false;
        if (last != null) {
            last.taken();
            deadline().in(LastAnswer.PATIENCE);
            // What was held back is thrown away, and what comes after it.
            decoder.goOn();
        } else if (receiving) {
            // What is left of a body that nobody wants.
            deadline().in(settings.get().bodyTimeout());
        } else {
            next();
        }
    }

    private void next() {
        if (decoder.isHolding()) {
            begun = true;
            deadline().in(settings.get().headerTimeout());
            decoder.goOn();
        } else {
            deadline().in(settings.get().keepAliveTimeout());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        OutOfMemory.endIf(cause);
        ctx.fireExceptionCaught(cause);
    }

    /** The deadline has passed. */
    private void late(ChannelHandlerContext ctx) {
        if (isEnding() || (receiving && !answering)) {
            ctx.close();
        } else if (written) {
            closeIfStuck(ctx);
        } else if (receiving) {
            refuseBody(ctx, new BadRequest(408, "The request's body did not come in time (server.body_timeout)."));
        } else if (begun) {
            refuseHead(ctx, new BadRequest(408, "The request did not come in time (server.header_timeout)."));
        } else {
            ctx.close();
        }
    }

    /** A client that takes its answer slowly is let alone; one that takes nothing is not. */
    private void closeIfStuck(ChannelHandlerContext ctx) {
        long before = waiting;
        waiting = ctx.channel().unsafe().outboundBuffer().totalPendingWriteBytes()
                - ctx.channel().unsafe().outboundBuffer().currentProgress();
        if (waiting == before) {
            ctx.close();
        } else {
            deadline().in(settings.get().keepAliveTimeout());
        }
    }

    /** Vert.x has the request already and hears of it as of a connection that breaks, which whoever reads the body answers. */
    private void refuseBody(ChannelHandlerContext ctx, BadRequest problem) {
        decoder.stop();
        ctx.fireExceptionCaught(problem);
    }

    private void refuseHead(ChannelHandlerContext ctx, BadRequest problem) {
        decoder.stop();
        HttpRequest none =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", HeadersMultiMap.httpHeaders());
        none.setDecoderResult(DecoderResult.failure(problem));
        channelRead(ctx, none);
        ctx.fireChannelReadComplete();
    }

    /** Vert.x closes as soon as it has written; the answer has to arrive before. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (last != null && (written || last.isTaken())) {
            ctx.flush();
            ctx.channel().closeFuture().addListener((ChannelFutureListener) closed -> promise.trySuccess());
        } else {
            ctx.close(promise);
        }
    }
}
