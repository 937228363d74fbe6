package dev.loom.gateway.camel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds files that were saved, by asking for their time and length: that sees what editors and mounted volumes do, by
 * whatever way they do it. A file counts as saved when it looks the same twice, so that none is read half written, and as
 * gone when it is missing twice.
 *
 * <p>Not thread-safe.
 */
public final class FileWatch {

    private record Stamp(FileTime time, long length) {}

    private final Supplier<Collection<Path>> files;
    private final Map<Path, Stamp> known = new HashMap<>();
    private final Map<Path, Stamp> unsettled = new HashMap<>();
    private final Set<Path> missed = new HashSet<>();

    /** @param files those to look at, asked for again at each look: there may be new ones */
    public FileWatch(Supplier<Collection<Path>> files) {
        this.files = files;
        for (Path file : files.get()) {
            remember(file);
        }
    }

    private void remember(Path file) {
        Stamp stamp = stamp(file);
        if (stamp != null) {
            known.put(file, stamp);
        }
    }

    /** What has happened since the last look, and has settled. */
    public record Changes(List<Path> saved, List<Path> gone) {}

    /** Looks for files that were saved or made, and for those that are gone. */
    public Changes look() {
        Collection<Path> present = files.get();
        return new Changes(saved(present), gone(present));
    }

    private List<Path> saved(Collection<Path> present) {
        List<Path> saved = new ArrayList<>();
        for (Path file : present) {
            Stamp now = stamp(file);
            if (now == null || now.equals(known.get(file))) {
                unsettled.remove(file);
            } else if (now.equals(unsettled.put(file, now))) {
                unsettled.remove(file);
                known.put(file, now);
                saved.add(file);
            }
        }
        return saved;
    }

    /** None of a directory that is empty or gone: that is a volume which is not there just now. */
    private List<Path> gone(Collection<Path> present) {
        List<Path> gone = new ArrayList<>();
        for (Path file : List.copyOf(known.keySet())) {
            boolean missing = !present.contains(file)
                    && present.stream().anyMatch(other -> file.resolveSibling(other.getFileName())
                            .equals(other));
            if (!missing) {
                missed.remove(file);
            } else if (!missed.add(file)) {
                missed.remove(file);
                known.remove(file);
                gone.add(file);
            }
        }
        return gone;
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException e) {
            return null;
        }
    }
}
