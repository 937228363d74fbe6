package dev.loom.gateway.camel.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.random.RandomGenerator;

/** What an instance is called among others: its machine's or pod's name, and something that tells two starts apart. */
final class InstanceName {

    private static final String UNKNOWN = "instance";

    private InstanceName() {}

    static String next(RandomGenerator random) {
        return host().replaceAll("[^A-Za-z0-9_.-]", "-") + "-" + String.format("%06x", random.nextInt(1 << 24));
    }

    /** A pod's name stands in the environment. */
    private static String host() {
        String host = System.getenv("HOSTNAME");
        if (host != null && !host.isBlank()) {
            return host;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return UNKNOWN;
        }
    }
}
