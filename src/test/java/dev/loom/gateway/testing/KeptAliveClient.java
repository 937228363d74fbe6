package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection over which the same request is asked again and again, all on the caller's thread. */
public final class KeptAliveClient implements Closeable {

    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;
    private final byte[] request;

    public KeptAliveClient(int port, String body) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(15_000);
        in = new BufferedInputStream(socket.getInputStream());
        request = ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    public void ask(int times) {
        for (int i = 0; i < times; i++) {
            ask();
        }
    }

    public void ask() {
        try {
            socket.getOutputStream().write(request);
            assertThat(Wire.line(in)).startsWith("HTTP/1.1 200");
            int length = 0;
            for (String line = Wire.line(in); !line.isEmpty(); line = Wire.line(in)) {
                if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                    length = Integer.parseInt(line.substring(LENGTH.length()).trim());
                }
            }
            assertThat(in.readNBytes(length)).hasSize(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
