package dev.loom.gateway.fleet;

import dev.loom.gateway.traffic.SharedNotes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** Notes in the server. While it is away, none are written, and none are known. */
final class CommonNotes implements SharedNotes {

    /**
     * At one time, of all requests: whoever names very many ids waits for their own turn, and does not fill the connection that
     * limits are counted over.
     */
    private static final int MOST_READING = 4;

    private final Semaphore reading = new Semaphore(MOST_READING);
    private final Store store;
    private final Keys keys;

    CommonNotes(Store store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    @Override
    public CompletionStage<String> write(String name, String text, Duration kept) {
        if (!store.available()) {
            return CompletableFuture.failedFuture(new IllegalStateException(store.problem()));
        }
        return store.run(Script.NOTE, keys.note(name), text, Long.toString(kept.toMillis()))
                .thenApply(reply -> String.valueOf(reply.get(0)));
    }

    /** All at once: notes lie anywhere in a cluster, so that no single command reads them all. */
    @Override
    public Map<String, String> read(Collection<String> names) {
        if (!store.available()) {
            return Map.of();
        }
        reading.acquireUninterruptibly();
        try {
            return readAll(names);
        } finally {
            reading.release();
        }
    }

    private Map<String, String> readAll(Collection<String> names) {
        Map<String, CompletableFuture<List<Object>>> asked = new HashMap<>();
        names.forEach(name -> asked.put(name, store.run(Script.NOTE, keys.note(name))));
        try {
            store.await(CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new)));
        } catch (Store.Absent e) {
            return Map.of();
        }
        Map<String, String> found = new HashMap<>();
        asked.forEach((name, reply) -> reply.getNow(List.of()).forEach(text -> found.put(name, String.valueOf(text))));
        return found;
    }
}
