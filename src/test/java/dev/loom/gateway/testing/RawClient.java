package dev.loom.gateway.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client on a bare socket, for what no HTTP library would do: reading single chunks, leaving without a word. */
public final class RawClient implements Closeable {

    private final Socket socket;
    private final InputStream in;
    private final StringBuilder events = new StringBuilder();

    private RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(15_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawClient post(int port, String body) throws IOException {
        return send(
                port,
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    /** Sends exactly these bytes. */
    public static RawClient send(int port, String bytes) throws IOException {
        RawClient client = new RawClient(port);
        client.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
        client.socket.getOutputStream().flush();
        return client;
    }

    /** Status line and headers. */
    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = Wire.line(in); !line.isEmpty(); line = Wire.line(in)) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** The data of one HTTP chunk; empty for the last. */
    public String nextHttpChunk() throws IOException {
        int length = Integer.parseInt(Wire.line(in), 16);
        String chunk = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        Wire.line(in);
        return chunk;
    }

    /** The next server-sent event, without the empty line at its end. */
    public String nextEvent() throws IOException {
        int end = events.indexOf("\n\n");
        while (end < 0) {
            events.append(nextHttpChunk());
            end = events.indexOf("\n\n");
        }
        String event = events.substring(0, end);
        events.delete(0, end + 2);
        return event;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
