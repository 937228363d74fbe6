package dev.loom.gateway.camel.port.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * An answer after which the connection ends. Closing it while the client still sends would be a reset, which can reach
 * the client before the answer does: so only our direction ends, and what comes is thrown away for a while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells the pipeline of what fails.
final class LastAnswer {

    /** From the answer to the end of a connection whose client does not end it. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ChannelHandlerContext context;
    private boolean taken;

    LastAnswer(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Whether the socket has it, all of it. */
    boolean isTaken() {
        return taken;
    }

    void taken() {
        taken = true;
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null) {
            endOutput();
        } else {
            tls.closeOutbound().addListener(said -> endOutput());
        }
    }

    private void endOutput() {
        if (context.channel() instanceof DuplexChannel socket) {
            socket.shutdownOutput();
        }
    }
}
