package dev.loom.gateway.camel.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a connection that stands. It has as long as the connection itself had: a server without TLS may wait for the end of
 * what it takes for a request. And its failure is what is told, also where another address of the same host is tried next and
 * refuses the connection.
 */
final class TlsHandshake implements TlsSocketStrategy, ExecChainHandler {

    private static final String FAILED = "loom.handshake";

    private final TlsSocketStrategy tls;
    private final Duration patience;

    /** @param patience for each answer of the server */
    TlsHandshake(TlsSocketStrategy tls, Duration patience) {
        this.tls = tls;
        this.patience = patience;
    }

    @Override
    public SSLSocket upgrade(Socket socket, String host, int port, @Nullable Object config, HttpContext context)
            throws IOException {
        int usual = socket.getSoTimeout();
        try {
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, patience.toMillis()));
            SSLSocket secure = tls.upgrade(socket, host, port, config, context);
            socket.setSoTimeout(usual);
            context.removeAttribute(FAILED);
            return secure;
        } catch (IOException e) {
            IOException told = isUnanswered(e) ? new NoHandshake(e, hasCause(e, SocketTimeoutException.class)) : e;
            context.setAttribute(FAILED, told);
            throw told;
        }
    }

    private static boolean isUnanswered(IOException thrown) {
        return hasCause(thrown, SocketTimeoutException.class)
                || hasCause(thrown, SocketException.class)
                || hasCause(thrown, EOFException.class);
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .anyMatch(type::isInstance);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        scope.clientContext.removeAttribute(FAILED);
        try {
            return chain.proceed(request, scope);
        } catch (ConnectException | SocketTimeoutException e) {
            if (scope.clientContext.getAttribute(FAILED) instanceof IOException handshake) {
                handshake.addSuppressed(e);
                throw handshake;
            }
            throw e;
        }
    }
}
