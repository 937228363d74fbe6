package dev.loom.gateway.fleet;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs scripts on one connection, in the order in which they are given. Never waits. */
interface Commands {

    /** Fails, and never throws, where the connection is broken. */
    CompletableFuture<List<Object>> run(Script script, String[] keys, String... args);

    /** What is under way fails. */
    void close();
}
