package dev.loom.gateway.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which provider holds what it has made, by the id that it gave: responses, files, batches. Known for a day, in memory; of
 * too many the one that was asked for the longest ago is forgotten. Thread-safe.
 */
public final class Holders {

    static final Duration KEPT = Duration.ofHours(24);

    /** Some 20 MB of names and ids. */
    private static final int MOST = 100_000;

    private record Holder(String provider, @Nullable String caller, Instant until) {}

    private final Map<String, Holder> holders = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Holder> eldest) {
            return size() > MOST;
        }
    };

    /** @param caller the name of the client's key that it was made for; null where no key is asked for */
    public synchronized void note(String id, String provider, @Nullable String caller, Instant now) {
        if (!id.isEmpty()) {
            holders.put(id, new Holder(provider, caller, now.plus(KEPT)));
        }
    }

    /** The provider; null where nobody is known, or where it holds it for somebody else. */
    public synchronized @Nullable String of(String id, @Nullable String caller, Instant now) {
        Holder holder = find(id, now);
        return holder != null && Objects.equals(holder.caller, caller) ? holder.provider : null;
    }

    /** True if it was made for another caller. */
    public synchronized boolean isAnothers(String id, @Nullable String caller, Instant now) {
        Holder holder = find(id, now);
        return holder != null && !Objects.equals(holder.caller, caller);
    }

    private @Nullable Holder find(String id, Instant now) {
        Holder holder = holders.get(id);
        if (holder != null && now.isAfter(holder.until)) {
            holders.remove(id);
            return null;
        }
        return holder;
    }
}
