package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** A host with several addresses, all of which are tried: {@code localhost} has two on many machines. */
@NullUnmarked
class TlsHandshakeTest {

    private final HttpGet request = new HttpGet("/");
    private final HttpClientContext context = HttpClientContext.create();

    private ExecChain.Scope scope() {
        ExecRuntime unused = (ExecRuntime) Proxy.newProxyInstance(
                ExecRuntime.class.getClassLoader(), new Class<?>[] {ExecRuntime.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("not used here: " + method);
                });
        return new ExecChain.Scope("1", new HttpRoute(new HttpHost("https", "h", 443)), request, unused, context);
    }

    private static TlsHandshake handshake(IOException failure) {
        return new TlsHandshake(
                (socket, host, port, config, context) -> {
                    if (failure != null) {
                        throw failure;
                    }
                    return (SSLSocket) null;
                },
                Duration.ofSeconds(5));
    }

    private void shake(TlsHandshake handshake) throws IOException {
        handshake.upgrade(new Socket(), "h", 443, null, context);
    }

    @Test
    void the_handshake_that_failed_is_told_and_not_the_next_address_that_refuses() {
        TlsHandshake handshake = handshake(new SocketException("Connection reset"));
        Throwable told = catchThrowable(() -> handshake.execute(request, scope(), (asked, scope) -> {
            assertThat(catchThrowable(() -> shake(handshake))).isInstanceOf(NoHandshake.class);
            throw new ConnectException("Connection refused");
        }));
        assertThat(told)
                .isInstanceOf(NoHandshake.class)
                .hasSuppressedException(new ConnectException("Connection refused"));
    }

    @Test
    void a_refused_connection_without_a_handshake_before_it_is_told_as_such() {
        Throwable told = catchThrowable(() -> handshake(null).execute(request, scope(), (asked, scope) -> {
            throw new ConnectException("Connection refused");
        }));
        assertThat(told).isInstanceOf(ConnectException.class);
    }

    @Test
    void a_handshake_that_succeeds_at_the_next_address_is_all_that_counts() throws Exception {
        context.setAttribute("loom.handshake", new IOException("of the request before"));
        TlsHandshake handshake = handshake(null);
        assertThat(handshake
                        .execute(request, scope(), (asked, scope) -> new BasicClassicHttpResponse(200))
                        .getCode())
                .isEqualTo(200);
        assertThat(context.getAttribute("loom.handshake")).isNull();
    }
}
