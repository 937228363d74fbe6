package dev.loom.gateway.camel.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.camel.upstream.UnaskedBytes.Sight;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a look at a connection sees, with a channel under its socket and without, and what is read while a body is sent. */
class UpstreamConnectionTest {

    private static final int SIZE = 8 << 20;

    @TempDir
    static Path directory;

    private static TestCertificates.Identity identity;

    @BeforeAll
    static void certify() throws Exception {
        identity = new TestCertificates(directory).make("server", "ip:127.0.0.1");
    }

    private final ManualTime time = new ManualTime();
    private final Trust trust = new Trust("a", time);
    private final QuickTimer timer = new QuickTimer();
    private final UpstreamConnection connection = new UpstreamConnection("a-1", Http1Config.DEFAULT, trust, timer);
    private ServerSocket server;
    private Socket provider;
    private Socket base;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket();
        server.setReceiveBufferSize(8 << 10);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
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
        base = socket;
        provider = server.accept();
    }

    /** For which a second is a few milliseconds. */
    private static final class QuickTimer extends ScheduledThreadPoolExecutor {

        private final AtomicInteger looks = new AtomicInteger();

        QuickTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable look, long initial, long delay, TimeUnit unit) {
            Runnable counted = () -> {
                look.run();
                looks.incrementAndGet();
            };
            return super.scheduleWithFixedDelay(counted, 5, 5, TimeUnit.MILLISECONDS);
        }

        /** Long enough for a standstill to be noticed, and for what follows from it. */
        void standStill() {
            int before = looks.get();
            await().until(() -> looks.get() > before + 40);
        }
    }

    private void connectTls() throws Exception {
        connect(true);
        Socket plain = provider;
        SSLSocket theirs = (SSLSocket)
                identity.server(null).getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
        theirs.setUseClientMode(false);
        CompletableFuture<Void> shaken = CompletableFuture.runAsync(() -> handshake(theirs));
        Socket ours = Objects.requireNonNull(base);
        SSLSocket secure = (SSLSocket)
                identity.server(identity).getSocketFactory().createSocket(ours, "127.0.0.1", ours.getPort(), true);
        handshake(secure);
        shaken.join();
        connection.bind(secure, ours);
        provider = theirs;
    }

    private static void handshake(SSLSocket socket) {
        try {
            socket.startHandshake();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a large request, and reads the head of the answer; interim ones are passed over, as HttpClient does. */
    private CompletableFuture<Integer> send() {
        byte[] body = new byte[SIZE];
        return CompletableFuture.supplyAsync(() -> {
            try {
                BasicClassicHttpRequest request = new BasicClassicHttpRequest("POST", "/");
                request.setHeader("Content-Length", SIZE);
                request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
                connection.sendRequestHeader(request);
                connection.sendRequestEntity(request);
                connection.flush();
                int status;
                do {
                    status = connection.receiveResponseHeader().getCode();
                } while (status < 200);
                return status;
            } catch (IOException | HttpException e) {
                throw new CompletionException(e);
            }
        });
    }

    private void answer(String head) throws IOException {
        provider.getOutputStream().write((head + "\r\n\r\n").getBytes(UTF_8));
        provider.getOutputStream().flush();
    }

    private void readHead() throws IOException {
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            head += (char) provider.getInputStream().read();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100 Continue,false",
        "102 Processing,false",
        "103 Early Hints,false",
        "100 Continue,true",
        "102 Processing,true",
        "103 Early Hints,true",
    })
    void an_interim_answer_does_not_stop_a_body_that_stands_still(String interim, boolean tls) throws Exception {
        connectTo(tls);
        CompletableFuture<Integer> status = send();
        readHead();
        answer("HTTP/1.1 " + interim);
        timer.standStill();
        answer("HTTP/1.1 " + interim + "\r\nLink: </a>; rel=preload");
        timer.standStill();
        assertThat(provider.getInputStream().readNBytes(SIZE)).hasSize(SIZE);
        answer("HTTP/1.1 200 OK");
        assertThat(status.get(5, TimeUnit.SECONDS)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_answer_behind_interim_ones_stops_a_body_that_stands_still(boolean tls) throws Exception {
        connectTo(tls);
        CompletableFuture<Integer> status = send();
        readHead();
        answer("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints");
        timer.standStill();
        assertThat(status).isNotDone();
        answer("HTTP/1.1 413 Too Large\r\nContent-Length: 0");
        assertThat(status.get(5, TimeUnit.SECONDS)).isEqualTo(413);
    }

    /** A head of which only a part has come. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_head_in_two_parts_is_an_answer_when_it_is_whole(boolean tls) throws Exception {
        connectTo(tls);
        CompletableFuture<Integer> status = send();
        readHead();
        provider.getOutputStream().write("HTTP/1.1 41".getBytes(UTF_8));
        provider.getOutputStream().flush();
        timer.standStill();
        assertThat(status).isNotDone();
        answer("3 Too Large");
        assertThat(status.get(5, TimeUnit.SECONDS)).isEqualTo(413);
    }

    private void connectTo(boolean tls) throws Exception {
        if (tls) {
            connectTls();
        } else {
            connect(true);
        }
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
    @CsvSource({
        "HTTP/1.1 200 OK, true, true",
        "|HTTP/1.1 200 OK, true, true",
        "HTT, true, false",
        "||, false, true",
        "null, false, false",
        "HTTP/1.1 200 OK, true, false",
        "||, false, false",
    })
    void new_connections_are_worth_a_wait_only_where_an_answer_was_found(String bytes, boolean answer, boolean channel)
            throws IOException {
        connect(channel);
        trust.seenSilent();
        provider.getOutputStream().write(bytes.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII));
        await().until(() -> connection.look() == Sight.BYTES);
        assertThat(trust.given()).isFalse();
        assertThat(trust.isDoubtful()).isEqualTo(answer);
        time.advance(Trust.LOST_FOR);
        assertThat(trust.isDoubtful()).isFalse();
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
        trust.lose(true);
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
