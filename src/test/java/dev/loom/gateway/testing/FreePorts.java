package dev.loom.gateway.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for what opens its port itself, a little after it is told which. They lie below those that the system
 * gives to others (on Linux from 32768), and each process of a test run has its own: so nobody takes one in
 * between. None is given twice, as a client may still have a connection to whatever was there.
 */
public final class FreePorts {

    private static final int SIZE = 10_000;
    private static final int FIRST = Integer.getInteger("loom.ports", 10_000);
    private static final int OFFSET = ThreadLocalRandom.current().nextInt(SIZE);
    private static int given;

    private FreePorts() {}

    public static synchronized int next() {
        while (given < SIZE) {
            int port = FIRST + (OFFSET + given++) % SIZE;
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("All ports from " + FIRST + " on are taken or were given.");
    }
}
