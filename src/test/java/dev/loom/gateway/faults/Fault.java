package dev.loom.gateway.faults;

import java.io.IOException;
import java.net.Socket;

/** What goes wrong between the gateway and a provider. */
@FunctionalInterface
public interface Fault {

    /** Done to one request's answer; an exception ends the connection. */
    void serve(Passage passage) throws IOException, InterruptedException;

    /** Done to a connection before anything is read from it. */
    default void accepted(Socket socket) throws IOException, InterruptedException {}
}
