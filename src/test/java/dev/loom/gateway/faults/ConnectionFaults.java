package dev.loom.gateway.faults;

import static dev.loom.gateway.faults.Row.Expected.EITHER;
import static dev.loom.gateway.faults.Row.Expected.NEXT;
import static dev.loom.gateway.faults.Row.Expected.OWN;

import dev.loom.gateway.faults.Row.Way;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What goes wrong with connections: before they stand, before an answer, between two answers, and with TLS. */
final class ConnectionFaults {

    /** What some load balancers say to whoever says nothing. */
    private static final byte[] UNASKED =
            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A TLS alert: fatal, handshake_failure. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

    private ConnectionFaults() {}

    /** A fault of a connection on which nothing is ever served. */
    private record AtConnect(Deed deed) implements Fault {

        @FunctionalInterface
        interface Deed {
            void on(Socket socket) throws IOException;
        }

        @Override
        public void accepted(Socket socket) throws IOException {
            deed.on(socket);
            throw new IOException("never serves");
        }

        @Override
        public void serve(Passage passage) {
            throw new IllegalStateException("Nothing is read from this connection");
        }
    }

    private static void untilLeft(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // Whatever it says.
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static List<Row> rows() {
        return List.of(
                Row.of("connection refused", NEXT, Passage::pass).over(Way.REFUSED),
                Row.of("connection never taken", NEXT, Passage::pass).over(Way.FULL),
                Row.of("closed when taken", NEXT, new AtConnect(Socket::close)),
                Row.of("reset when taken", NEXT, new AtConnect(ConnectionFaults::reset)),
                Row.of("taken, and never read from", NEXT, new AtConnect(ConnectionFaults::untilLeft))
                        .over(Way.QUICK),
                Row.of("closed within the request", NEXT, new AtConnect(socket -> {
                    socket.getInputStream().readNBytes(10);
                    socket.shutdownOutput();
                })),
                Row.of("reset within the request", NEXT, new AtConnect(socket -> {
                    socket.getInputStream().readNBytes(10);
                    reset(socket);
                })),
                Row.of("bytes before the request", NEXT, new AtConnect(socket -> {
                            socket.getOutputStream().write(UNASKED);
                            untilLeft(socket);
                        }))
                        .over(Way.QUICK),
                Row.of("reset after the request", NEXT, Passage::reset),
                Row.of("closed after the request", NEXT, Passage::close),
                Row.of("silence after the request", NEXT, Passage::silence).over(Way.QUICK),
                Row.of("closed behind each answer", OWN, passage -> {
                    passage.pass();
                    passage.close();
                }),
                Row.of("reset behind each answer", EITHER, passage -> {
                    passage.pass();
                    passage.reset();
                }),
                Row.of("half closed behind each answer", OWN, passage -> {
                    passage.pass();
                    passage.halfClose();
                    passage.silence();
                }),
                Row.of("the second request of each connection is reset", OWN, new SecondRequest(Passage::reset)),
                Row.of("the second request of each connection is closed", OWN, new SecondRequest(Passage::close)),
                Row.of("a second answer behind each, in one piece", OWN, passage -> {
                    passage.send(twice(passage.genuine()));
                }),
                Row.of("a second answer behind each, by itself", OWN, passage -> {
                    passage.pass();
                    passage.pass();
                }),
                Row.of("plain HTTP where TLS is spoken", NEXT, new AtConnect(socket -> socket.getOutputStream()
                                .write(UNASKED)))
                        .over(Way.TLS_TO_PLAIN),
                Row.of("a TLS alert in answer to the greeting", NEXT, new AtConnect(socket -> {
                            socket.getInputStream().read();
                            socket.getOutputStream().write(ALERT);
                        }))
                        .over(Way.TLS_TO_PLAIN),
                Row.of("closed in the TLS handshake", NEXT, new AtConnect(socket -> socket.getInputStream()
                                .read()))
                        .over(Way.TLS_TO_PLAIN),
                Row.of("reset in the TLS handshake", NEXT, new AtConnect(socket -> {
                            socket.getInputStream().read();
                            reset(socket);
                        }))
                        .over(Way.TLS_TO_PLAIN),
                Row.of("silence in the TLS handshake", NEXT, new AtConnect(ConnectionFaults::untilLeft))
                        .over(Way.TLS_TO_PLAIN),
                Row.of("a certificate that nobody trusts", NEXT, Passage::pass).over(Way.UNTRUSTED),
                Row.of("a certificate for another host", NEXT, Passage::pass).over(Way.OTHER_HOST),
                Row.of("TLS: nothing wrong", OWN, Passage::pass).over(Way.TLS),
                Row.of("TLS: closed behind each answer", OWN, passage -> {
                            passage.pass();
                            passage.close();
                        })
                        .over(Way.TLS),
                Row.of("TLS: a second answer behind each", OWN, passage -> passage.send(twice(passage.genuine())))
                        .over(Way.TLS),
                Row.of("TLS: closed after the request", NEXT, Passage::close).over(Way.TLS),
                Row.of("TLS: silence after the request", NEXT, Passage::silence).over(Way.TLS));
    }

    private static byte[] twice(byte[] bytes) {
        byte[] twice = new byte[2 * bytes.length];
        System.arraycopy(bytes, 0, twice, 0, bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        return twice;
    }

    /** Each connection serves one request, and does this to the next. */
    private record SecondRequest(Fault fault) implements Fault {

        @Override
        public void serve(Passage passage) throws IOException, InterruptedException {
            if (passage.number() == 1) {
                passage.pass();
            } else {
                fault.serve(passage);
            }
        }
    }
}
