package dev.loom.gateway.fleet;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A connection to a server like {@link ModelStore} that a test makes slow, or breaks. Used by one thread. */
final class ModelLink implements Commands {

    private record Sent(CompletableFuture<List<Object>> answer, Script script, String[] keys, String[] args) {}

    private final Commands server;
    private final Queue<Sent> under = new ArrayDeque<>();
    private boolean slow;
    private boolean broken;

    ModelLink(Commands server) {
        this.server = server;
    }

    @Override
    public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
        if (broken) {
            return CompletableFuture.failedFuture(new IllegalStateException("broken"));
        }
        if (!slow) {
            return server.run(script, keys, args);
        }
        CompletableFuture<List<Object>> answer = new CompletableFuture<>();
        under.add(new Sent(answer, script, keys, args));
        return answer;
    }

    /** Nothing arrives from now on. */
    void hold() {
        slow = true;
    }

    /** What was held arrives, in the order in which it was sent. */
    void deliver() {
        slow = false;
        for (Sent sent = under.poll(); sent != null; sent = under.poll()) {
            List<Object> reply =
                    server.run(sent.script(), sent.keys(), sent.args()).join();
            sent.answer().complete(reply);
        }
    }

    boolean isBroken() {
        return broken;
    }

    /** What is under way never arrives. */
    @Override
    public void close() {
        broken = true;
        for (Sent sent = under.poll(); sent != null; sent = under.poll()) {
            sent.answer().completeExceptionally(new IllegalStateException("broken"));
        }
    }
}
