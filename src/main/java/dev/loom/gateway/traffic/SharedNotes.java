package dev.loom.gateway.traffic;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Short texts under names, which one instance writes and all can read for a while. Thread-safe. */
public interface SharedNotes {

    /** Of an instance that shares nothing. */
    SharedNotes NONE = new SharedNotes() {
        @Override
        public CompletionStage<String> write(String name, String text, Duration kept) {
            return CompletableFuture.completedFuture(text);
        }

        @Override
        public Map<String, String> read(Collection<String> names) {
            return Map.of();
        }
    };

    /**
     * Never waits. The first line of a note may change, and the time that it is kept; the lines behind it say whose it is,
     * and nobody else's note takes its place.
     *
     * @return what the note says now; failed where nobody could be told
     */
    CompletionStage<String> write(String name, String text, Duration kept);

    /** @return those that are known, by their names; none where they cannot be read in the time that a request may take */
    Map<String, String> read(Collection<String> names);
}
