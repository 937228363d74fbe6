package dev.loom.gateway.camel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds files that were saved, by asking for their time and length: that sees what editors and mounted volumes do, by
 * whatever way they do it. A file counts as saved when it looks the same twice, so that none is read half written.
 *
 * <p>Not thread-safe.
 */
public final class FileWatch {

    private record Stamp(FileTime time, long length) {}

    private final Supplier<Collection<Path>> files;
    private final Map<Path, Stamp> known = new HashMap<>();
    private final Map<Path, Stamp> unsettled = new HashMap<>();

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

    /** The files that were saved, or made, since the last look, and have settled; a file that is gone is none of them. */
    public List<Path> look() {
        List<Path> saved = new ArrayList<>();
        for (Path file : files.get()) {
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

    private static @Nullable Stamp stamp(Path file) {
        try {
            return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException e) {
            return null;
        }
    }
}
