package dev.loom.gateway.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A client that sends bytes as they stand, right or wrong, and reads what comes back. */
public final class RawHttp implements Closeable {

    /** Header names are matched whatever their case. */
    public record Answer(int status, Map<String, String> headers, String body) {

        public String header(String name) {
            return headers.get(name);
        }
    }

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    public RawHttp(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** @param connected perhaps by TLS */
    public RawHttp(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One request over a connection of its own. */
    public static Answer exchange(int port, String... lines) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            return client.send(String.join("\r\n", lines)).read(!lines[0].startsWith("HEAD "));
        }
    }

    /** A chat request with this start line and these further header lines. */
    public static Answer post(int port, String target, String body, String... headers) throws IOException {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        String type = more.toLowerCase().contains("content-type:") ? "" : "Content-Type: application/json\r\n";
        return exchange(
                port,
                "POST " + target + " HTTP/1.1",
                "Host: localhost",
                type + more + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length,
                "",
                body);
    }

    public static Answer get(int port, String target, String... headers) throws IOException {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        String host = more.toLowerCase().contains("host:") ? "" : "Host: localhost\r\n";
        return exchange(port, "GET " + target + " HTTP/1.1", host + more, "");
    }

    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** @return null where the gateway closed the connection without a word */
    public Answer read() throws IOException {
        return read(true);
    }

    private Answer read(boolean hasBody) throws IOException {
        String start = Wire.line(in);
        if (start.isEmpty()) {
            return null;
        }
        Map<String, String> headers = Wire.headers(in);
        String body = hasBody ? Wire.body(in, headers) : "";
        return new Answer(Integer.parseInt(start.split(" ")[1]), headers, body);
    }

    /** All bytes until the connection ends, the head included. */
    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Start line and headers only, for an answer that has no body. */
    public String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = Wire.line(in); !line.isEmpty(); line = Wire.line(in)) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** True if the gateway closes the connection rather than say something. */
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
