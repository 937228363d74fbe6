package dev.loom.gateway.fleet;

import dev.loom.gateway.traffic.SharedNotes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Notes in the server. While it is away, none are written, and none are known. */
final class CommonNotes implements SharedNotes {

    private final Store store;
    private final Keys keys;

    CommonNotes(Store store, Keys keys) {
        this.store = store;
        this.keys = keys;
    }

    @Override
    public void write(String name, String text, Duration kept) {
        if (store.available()) {
            CompletableFuture<?> unused = store.set(keys.note(name), text, kept);
        }
    }

    /** All at once: names lie anywhere in a cluster, so that no single command reads them all. */
    @Override
    public Map<String, String> read(Collection<String> names) {
        Map<String, String> found = new HashMap<>();
        if (store.available()) {
            Map<String, CompletableFuture<String>> asked = new HashMap<>();
            names.forEach(name -> asked.put(name, store.get(keys.note(name))));
            try {
                store.await(CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new)));
                asked.forEach((name, text) -> found.computeIfAbsent(name, known -> text.join()));
            } catch (Store.Absent e) {
                return Map.of();
            }
        }
        return found;
    }
}
