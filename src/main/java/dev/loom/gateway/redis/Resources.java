package dev.loom.gateway.redis;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.Collection;

/**
 * Threads of Lettuce's clients, whose connections write no command into a log. Lettuce's own encoder prints each command
 * whole at TRACE, the one with the password among them; whatever is logged, and by whose configuration, this one prints none.
 */
public final class Resources {

    /** A client needs two of each kind at least. */
    private static final int THREADS = 2;

    private Resources() {}

    /** For one client, which shuts them down when it closes. */
    public static ClientResources create() {
        return ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        channel.pipeline().replace(CommandEncoder.class, "silent", new SilentEncoder());
                    }
                })
                .build();
    }

    private static final class SilentEncoder extends CommandEncoder {

        @Override
        protected void encode(ChannelHandlerContext context, Object message, ByteBuf out) {
            if (message instanceof Collection<?> commands) {
                commands.forEach(command -> encode(command, out));
            } else {
                encode(message, out);
            }
        }

        private static void encode(Object command, ByteBuf out) {
            ((RedisCommand<?, ?, ?>) command).encode(out);
        }
    }
}
