package dev.loom.gateway.traffic;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** Short texts under names, which one instance writes and all can read for a while. Thread-safe. */
public interface SharedNotes {

    /** Of an instance that shares nothing. */
    SharedNotes NONE = new SharedNotes() {
        @Override
        public void write(String name, String text, Duration kept) {}

        @Override
        public Map<String, String> read(Collection<String> names) {
            return Map.of();
        }
    };

    /** Never waits. Where nobody can be told, nobody is. */
    void write(String name, String text, Duration kept);

    /** @return those that are known, by their names; none where they cannot be read in the time that a request may take */
    Map<String, String> read(Collection<String> names);
}
