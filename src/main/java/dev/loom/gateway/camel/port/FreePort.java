package dev.loom.gateway.camel.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks whether a port can be opened before anything is: Camel would only log that it cannot. */
public final class FreePort {

    private FreePort() {}

    /**
     * Opens it and closes it again.
     *
     * @param what whose port it is, in the message: {@code client}
     * @param setting where another one can be chosen
     * @throws InvalidConfiguration if it cannot be opened
     */
    public static void require(String what, String host, int number, String setting) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, number));
        } catch (IOException e) {
            throw new InvalidConfiguration("The " + what + " port, " + number + " on " + host + ", cannot be opened: "
                    + e.getMessage() + ". Another one can be chosen with " + setting + ".");
        }
    }
}
