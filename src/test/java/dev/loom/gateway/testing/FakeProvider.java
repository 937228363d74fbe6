package dev.loom.gateway.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/**
 * A provider on a real socket that does exactly what a test tells it, byte by byte, one thread for each
 * connection. Long, because it speaks HTTP by itself, so that a test can say every byte.
 */
public final class FakeProvider implements Closeable {

    /** What the provider does with one request. */
    @FunctionalInterface
    public interface Behaviour {
        void serve(Call call) throws IOException, InterruptedException;
    }

    /** One request; header names are matched whatever their case. */
    public record Request(String method, String path, Map<String, String> headers, String body) {}

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final boolean headsOnly;
    private final String greeting;
    private volatile Behaviour behaviour;

    public FakeProvider(Behaviour behaviour) {
        this(behaviour, unbound());
    }

    /** @param unbound perhaps one that speaks TLS */
    public FakeProvider(Behaviour behaviour, ServerSocket unbound) {
        this(behaviour, unbound, false, "");
    }

    private FakeProvider(Behaviour behaviour, ServerSocket unbound, boolean headsOnly, String greeting) {
        this.behaviour = behaviour;
        this.headsOnly = headsOnly;
        this.greeting = greeting;
        server = unbound;
        try {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    private static ServerSocket unbound() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that reads no more of a request than its head, and answers; the requests have empty bodies. */
    public static FakeProvider ofHeads(Behaviour behaviour) {
        return ofHeads(behaviour, unbound());
    }

    public static FakeProvider ofHeads(Behaviour behaviour, ServerSocket unbound) {
        return new FakeProvider(behaviour, unbound, true, "");
    }

    /** One that sends something on every connection before it is asked anything. */
    public static FakeProvider greeting(String greeting, Behaviour behaviour, ServerSocket unbound) {
        return new FakeProvider(behaviour, unbound, false, greeting);
    }

    /** Answers every chat request with this text. */
    public static FakeProvider saying(String text) {
        return new FakeProvider(call -> call.completion(text));
    }

    /** Answers every request with this status and an OpenAI error. */
    public static FakeProvider failing(int status, String type, String code) {
        return new FakeProvider(call -> call.error(status, type, code));
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<Request> requests() {
        return requests;
    }

    public int connections() {
        return sockets.size();
    }

    /** Connections that were ever made. */
    public int accepted() {
        return accepted.get();
    }

    /** Connections on which no request is being served. */
    public int idle() {
        return sockets.size() - busy.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                accepted.incrementAndGet();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (!greeting.isEmpty()) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
            }
            InputStream in = headsOnly ? socket.getInputStream() : new BufferedInputStream(socket.getInputStream());
            int number = 0;
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                busy.incrementAndGet();
                try {
                    behaviour.serve(new Call(socket, in, request, ++number));
                } finally {
                    busy.decrementAndGet();
                }
            }
        } catch (IOException | InterruptedException e) {
            // The gateway closed the connection, or the behaviour broke it.
        } finally {
            sockets.remove(socket);
        }
    }

    private Request read(InputStream in) throws IOException {
        String start = Wire.line(in);
        if (start.isEmpty()) {
            return null;
        }
        Map<String, String> headers = Wire.headers(in);
        String body = headsOnly ? "" : Wire.body(in, headers);
        String[] parts = start.split(" ");
        return new Request(parts[0], parts[1], headers, body);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-provider");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request and the way to answer it. */
    public static final class Call {
        private final Socket socket;
        private final InputStream in;
        private final Request request;
        private final int number;
        private final OutputStream out;

        private Call(Socket socket, InputStream in, Request request, int number) throws IOException {
            this.socket = socket;
            this.in = in;
            this.request = request;
            this.number = number;
            this.out = socket.getOutputStream();
        }

        public Request request() {
            return request;
        }

        /** 1 for the first request on its connection. */
        public int number() {
            return number;
        }

        public void answer(int status, String contentType, String body, String... headers) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + bytes.length + "\r\n");
            for (int i = 0; i < headers.length; i += 2) {
                head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
            }
            out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.flush();
        }

        /** These bytes and no others. */
        public void raw(String text) throws IOException {
            raw(text.getBytes(StandardCharsets.UTF_8));
        }

        public void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** The beginning of an answer that is said to be so many bytes long. */
        public void promise(int length, String beginning) throws IOException {
            out.write(("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n"
                            + beginning)
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        public void json(int status, String body, String... headers) throws IOException {
            answer(status, "application/json", body, headers);
        }

        public void completion(String text) throws IOException {
            if (request.body().contains("\"stream\":true")) {
                startStream();
                chunk("{\"role\":\"assistant\",\"content\":\"\"}", null);
                chunk("{\"content\":\"" + text + "\"}", null);
                chunk("{}", "stop");
                done();
                return;
            }
            json(200, completionBody(text));
        }

        /** A whole answer that is said to have cost so many tokens. */
        public void completion(String text, int promptTokens, int completionTokens) throws IOException {
            json(200, completionBody(text, promptTokens, completionTokens));
        }

        public static String completionBody(String text) {
            return completionBody(text, 5, 7);
        }

        private static String completionBody(String text, int promptTokens, int completionTokens) {
            return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"fake\","
                    + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                    + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":" + promptTokens + ",\"completion_tokens\":" + completionTokens
                    + ",\"total_tokens\":" + (promptTokens + completionTokens) + "}}";
        }

        public void error(int status, String type, String code, String... headers) throws IOException {
            json(
                    status,
                    "{\"error\":{\"message\":\"fake " + status + "\",\"type\":\"" + type
                            + "\",\"param\":null,\"code\":\"" + code + "\"}}",
                    headers);
        }

        public void startStream() throws IOException {
            start(200, Map.of("Content-Type", "text/event-stream; charset=utf-8"));
        }

        /** An answer whose body comes in HTTP chunks. */
        public void start(int status, Map<String, String> headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nTransfer-Encoding: chunked\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        /** One HTTP chunk with this text. */
        public void write(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            write(bytes, 0, bytes.length);
        }

        /** One HTTP chunk with these bytes. */
        public void write(byte[] bytes, int from, int to) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunk.write(bytes, from, to - from);
            chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(chunk.toByteArray());
            out.flush();
        }

        public void event(String data) throws IOException {
            write("data: " + data + "\n\n");
        }

        public void chunk(String delta, String finishReason) throws IOException {
            event(
                    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"fake\","
                            + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                            + (finishReason == null ? "null" : "\"" + finishReason + "\"") + "}],\"usage\":null}");
        }

        public void content(String text) throws IOException {
            chunk("{\"content\":\"" + text + "\"}", null);
        }

        public void done() throws IOException {
            event("[DONE]");
            endStream();
        }

        public void endStream() throws IOException {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        /** The next bytes of the connection, fewer only where it ends. */
        public byte[] rest(int length) throws IOException {
            return in.readNBytes(length);
        }

        /** Cuts the connection without a word. */
        public void cut() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Sends what belongs to TLS 1.3 alone. */
        public void renewKeys() throws IOException {
            ((SSLSocket) socket).startHandshake();
        }

        /** Says that nothing more will be sent. */
        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Ends the connection, so that what was sent still arrives. */
        public void close() throws IOException {
            socket.shutdownOutput();
            socket.close();
        }

        /** Returns when the gateway has closed its end. */
        public void awaitClosed() throws IOException {
            int b = in.read();
            if (b >= 0) {
                throw new IllegalStateException("The gateway sent another byte: " + b);
            }
        }

        /** Says nothing until the test lets it or the gateway leaves. */
        public void awaitClosed(CountDownLatch noticed) {
            try {
                awaitClosed();
            } catch (IOException e) {
                // A reset is a close as well.
            }
            noticed.countDown();
        }
    }
}
