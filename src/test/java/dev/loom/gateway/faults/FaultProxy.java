package dev.loom.gateway.faults;

import dev.loom.gateway.testing.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between the gateway and a provider and does to each answer what the fault of the moment says. It takes requests
 * as bytes, fetches the provider's genuine answer as bytes, and leaves the rest to the {@link Fault}.
 */
public final class FaultProxy implements Closeable {

    private final ServerSocket server;
    private final int provider;
    private final int idleMillis;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger met = new AtomicInteger();
    private volatile Fault fault = Passage::pass;

    /** @param provider the port of the provider behind it */
    public FaultProxy(int provider) throws IOException {
        this(provider, new ServerSocket(), 0);
    }

    /**
     * @param unbound perhaps one that speaks TLS
     * @param idleMillis after which a connection without a request is closed; 0 for never
     */
    public FaultProxy(int provider, ServerSocket unbound, int idleMillis) throws IOException {
        this.provider = provider;
        this.server = unbound;
        this.idleMillis = idleMillis;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        daemon(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** What happens to connections and requests from now on. */
    public void play(Fault next) {
        fault = next;
    }

    /** Connections and requests so far. */
    public int met() {
        return met.get();
    }

    /** Connections that are open at this end. */
    public int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                met.incrementAndGet();
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            fault.accepted(socket);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int number = 0;
            for (byte[] request = read(socket, in); request.length > 0; request = read(socket, in)) {
                met.incrementAndGet();
                fault.serve(new Passage(socket, in, ++number, request, genuine(request)));
            }
        } catch (IOException | InterruptedException e) {
            // The gateway left, or the fault was to break the connection.
        } finally {
            open.remove(socket);
        }
    }

    /** Head and body; empty at the end of the connection. */
    private byte[] read(Socket socket, InputStream in) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        socket.setSoTimeout(idleMillis);
        int length = 0;
        try {
            for (String line = Wire.line(in); !line.isEmpty(); line = Wire.line(in)) {
                request.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
                if (line.toLowerCase().startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).trim());
                }
            }
        } catch (SocketTimeoutException e) {
            return new byte[0];
        }
        socket.setSoTimeout(0);
        if (request.size() > 0) {
            request.writeBytes("Connection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(in.readNBytes(length));
        }
        return request.toByteArray();
    }

    private byte[] genuine(byte[] request) throws IOException {
        try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), provider)) {
            behind.getOutputStream().write(request);
            return behind.getInputStream().readAllBytes();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
