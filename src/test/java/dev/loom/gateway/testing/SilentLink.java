package dev.loom.gateway.testing;

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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to a port of this machine, on which everything comes to a stop at a test's word: connections are made, and stay, but
 * nothing is read and nothing answered, so that what is sent fills the queues.
 */
public final class SilentLink implements Closeable {

    /** As small as the system lets it be, so that queues fill soon. */
    private static final int BUFFER = 1024;

    private final ServerSocket server;
    private final int target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private final StringBuffer sent = new StringBuffer();
    private boolean silent;
    private boolean answersWithheld;

    public SilentLink(int target) {
        this.target = target;
        try {
            server = new ServerSocket();
            server.setReceiveBufferSize(BUFFER);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void fallSilent() {
        set(true, true);
    }

    /** What was sent meanwhile arrives. */
    public void speak() {
        set(false, false);
    }

    /** What is sent arrives, and no answer comes back until {@link #speak}. */
    public void withholdAnswers() {
        forget();
        set(false, true);
    }

    /** What was {@link #sent} until now. */
    public void forget() {
        sent.setLength(0);
    }

    /** What clients have sent since then, and those of them that wanted to reserve something in Redis. */
    public String sent() {
        return sent.toString();
    }

    public int reservations() {
        return sent().split("\r\nreserve\r\n", -1).length - 1;
    }

    private void set(boolean nothing, boolean noAnswers) {
        lock.lock();
        try {
            silent = nothing;
            answersWithheld = noAnswers;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitFlow(boolean answer) {
        lock.lock();
        try {
            while (answer ? answersWithheld : silent) {
                flows.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                daemon(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void serve(Socket client) {
        awaitFlow(false);
        try (client;
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), target)) {
            behind.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            daemon(() -> copy(behind, client, true));
            copy(client, behind, false);
        } catch (IOException e) {
            // Either end has closed.
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[8 * BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!answers) {
                    sent.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                }
                awaitFlow(answers);
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Either end has closed.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "silent-link");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        speak();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
