package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.camel.upstream.UpstreamConnection.Sight;
import dev.loom.gateway.traffic.ManualTime;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
}
