package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.camel.upstream.UpstreamConnection.Sight;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.traffic.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a look at a connection sees, with a channel under its socket and without. */
class UpstreamConnectionTest {

    private final ManualTime time = new ManualTime();
    private final Trust trust = new Trust("a", time);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final UpstreamConnection connection = new UpstreamConnection("a-1", Http1Config.DEFAULT, trust, timer);
    private ServerSocket server;
    private Socket provider;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        connection.close(CloseMode.IMMEDIATE);
        timer.shutdownNow();
        server.close();
        if (provider != null) {
            provider.close();
        }
    }

    private void connect(boolean channel) throws IOException {
        Socket socket = channel ? SocketChannel.open().socket() : new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        connection.bind(socket);
        provider = server.accept();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void there_is_nothing_to_be_seen_on_a_connection_that_is_fit_for_use(boolean channel) throws IOException {
        connect(channel);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytes_are_seen_and_lose_the_provider_its_trust(boolean channel) throws IOException {
        connect(channel);
        provider.getOutputStream().write('H');
        await().until(() -> connection.look() == Sight.BYTES);
        assertThat(trust.given()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_end_is_seen(boolean channel) throws IOException {
        connect(channel);
        provider.close();
        await().until(() -> connection.look() == Sight.END);
        assertThat(trust.given()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_end_of_one_direction_is_an_end(boolean channel) throws IOException {
        connect(channel);
        provider.shutdownOutput();
        await().until(() -> connection.look() == Sight.END);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_reset_is_an_end(boolean channel) throws IOException {
        connect(channel);
        provider.setSoLinger(true, 0);
        provider.close();
        await().until(() -> connection.look() == Sight.END);
    }

    @Test
    void a_connection_that_was_cut_is_an_end() throws IOException {
        connect(true);
        connection.close(CloseMode.IMMEDIATE);
        assertThat(connection.look()).isEqualTo(Sight.END);
    }

    @Test
    void a_connection_that_was_cut_before_it_stood_never_stands() throws IOException {
        connection.close(CloseMode.IMMEDIATE);
        assertThatThrownBy(() -> connect(true)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void while_trust_is_lost_a_used_connection_is_as_good_as_closed() throws IOException {
        connect(true);
        trust.lose();
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
        connection.passivate();
        assertThat(connection.look()).isEqualTo(Sight.END);
        time.advance(Trust.LOST_FOR);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
    }

    /** Behind its first byte, what is written waits until the test lets it go. */
    private static final class HeldBack extends Socket {

        private ByteArrayOutputStream held;

        synchronized void hold() {
            held = new ByteArrayOutputStream();
        }

        synchronized void letGo() throws IOException {
            byte[] rest = held.toByteArray();
            held = null;
            super.getOutputStream().write(rest);
        }

        private synchronized void write(byte[] bytes, int from, int length) throws IOException {
            int now = held == null ? length : held.size() == 0 ? 1 : 0;
            super.getOutputStream().write(bytes, from, now);
            if (held != null) {
                held.write(bytes, from + now, length - now);
            }
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    HeldBack.this.write(bytes, from, length);
                }
            };
        }
    }

    /** New keys, as tickets for later sessions, come at any time, and perhaps not at once. */
    @Test
    void what_tls_says_for_itself_is_nothing_also_while_only_a_part_of_it_has_come(@TempDir Path directory)
            throws Exception {
        SSLContext tls =
                new TestCertificates(directory).make("server", "ip:127.0.0.1").server(null);
        HeldBack base = new HeldBack();
        server.close();
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()) {
            @Override
            public Socket accept() throws IOException {
                implAccept(base);
                return base;
            }
        };
        Socket socket = SocketChannel.open().socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        SSLSocket ours = (SSLSocket) tls.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
        SSLSocket its = (SSLSocket) tls.getSocketFactory().createSocket(server.accept(), null, true);
        provider = its;
        CompletableFuture<Void> handshake = CompletableFuture.runAsync(() -> {
            try {
                its.startHandshake();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        ours.startHandshake();
        handshake.get();
        connection.bind(ours, socket);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
        connection.passivate();

        base.hold();
        its.startHandshake();
        await().until(() -> socket.getInputStream().available() == 1);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
        base.letGo();
        await().until(() -> socket.getInputStream().available() > 0);
        assertThat(connection.look()).isEqualTo(Sight.NOTHING);
        assertThat(socket.getInputStream().available()).isZero();
        assertThat(trust.given()).isTrue();

        its.getOutputStream().write('H');
        await().until(() -> connection.look() == Sight.BYTES);
        assertThat(trust.given()).isFalse();
    }
}
