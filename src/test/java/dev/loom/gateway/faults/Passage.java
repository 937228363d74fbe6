package dev.loom.gateway.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One request on its way through a {@link FaultProxy}: the provider's genuine answer, and what may be done with it. */
public final class Passage {

    private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final int number;
    private final byte[] request;
    private final byte[] genuine;

    Passage(Socket socket, InputStream in, int number, byte[] request, byte[] genuine) {
        this.socket = socket;
        this.in = in;
        this.number = number;
        this.request = request;
        this.genuine = genuine;
    }

    /** 1 for the first request on its connection. */
    public int number() {
        return number;
    }

    /** The answer as the provider gave it, head and body. */
    public byte[] genuine() {
        return genuine;
    }

    public boolean streamed() {
        return new String(request, StandardCharsets.UTF_8).contains("\"stream\":true");
    }

    /** Of the genuine answer, to the blank line. */
    public String head() {
        return new String(genuine, 0, headLength(), StandardCharsets.US_ASCII);
    }

    private int headLength() {
        int end = 0;
        while (!startsAt(end)) {
            end++;
        }
        return end + BLANK_LINE.length;
    }

    private boolean startsAt(int index) {
        for (int i = 0; i < BLANK_LINE.length; i++) {
            if (genuine[index + i] != BLANK_LINE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Of the genuine answer, without the frames of HTTP. */
    public String text() {
        String body = new String(genuine, headLength(), genuine.length - headLength(), StandardCharsets.UTF_8);
        if (!head().contains("chunked")) {
            return body;
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int line = body.indexOf("\r\n", at);
            int length = Integer.parseInt(body.substring(at, line), 16);
            text.append(body, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
        return text.toString();
    }

    /** The genuine answer, unharmed. */
    public void pass() throws IOException {
        send(genuine);
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Each byte by itself. */
    public void drip(byte[] bytes) throws IOException {
        for (byte each : bytes) {
            send(new byte[] {each});
        }
    }

    /** A head with these lines, without the blank line at its end. */
    public void sendHead(String... lines) throws IOException {
        send("HTTP/1.1 200 OK\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
    }

    /** An answer with this text, of the kind that was asked for. */
    public void answer(String text, String... headers) throws IOException {
        send(framed(200, text, headers));
    }

    public void status(int status, String text, String... headers) throws IOException {
        send(framed(status, text, headers));
    }

    /** An answer with this text, in one piece and with its length. */
    public byte[] framed(int status, String text, String... headers) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String type = streamed() && status == 200 ? "text/event-stream" : "application/json";
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(("HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.length
                        + "\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        answer.writeBytes(bytes);
        return answer.toByteArray();
    }

    /** An answer with this text, in HTTP chunks of at most so many characters, without the last one. */
    public static String chunks(String text, int size) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < text.length(); at += size) {
            String part = text.substring(at, Math.min(text.length(), at + size));
            chunks.append(Integer.toHexString(part.getBytes(StandardCharsets.UTF_8).length))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        return chunks.toString();
    }

    public String contentType() {
        return "Content-Type: " + (streamed() ? "text/event-stream" : "application/json");
    }

    /** What was sent may be lost. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
        throw new IOException("reset");
    }

    /** What was sent arrives. */
    public void close() throws IOException {
        socket.close();
        throw new IOException("closed");
    }

    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Says nothing until the gateway leaves. */
    public void silence() throws IOException {
        while (in.read() >= 0) {
            // Whatever it says.
        }
        throw new IOException("left");
    }

    /** Lets some milliseconds pass. */
    public static void pause(int millis) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
