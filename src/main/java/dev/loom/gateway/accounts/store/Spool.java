package dev.loom.gateway.accounts.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.provider.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with the batches that a store could not take, one a line. While it is handed over it has another name, and new batches
 * go into a new file. Thread-safe; one thread at a time hands over.
 */
final class Spool {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    /** Bytes; some hundred thousand sums, hours of a busy gateway. */
    static final long LARGEST = 64L << 20;

    private final Path file;
    private final Path leaving;
    private final long largest;

    /** Lines of {@link #leaving} that are taken. */
    private int taken;

    /** A line of the file. */
    record Batch(String batch, List<UsageRow> rows) {

        private static final Pattern ID = Pattern.compile("\\S{1,17}-\\d{1,18}");

        /** Not after a disk was damaged, or somebody has edited the file: what lacks a part is null then. */
        boolean isWhole() {
            return batch != null
                    && ID.matcher(batch).matches()
                    && rows != null
                    && rows.stream().allMatch(Batch::isWhole);
        }

        private static boolean isWhole(@Nullable UsageRow row) {
            return row != null && row.account() != null && row.provider() != null && row.model() != null;
        }
    }

    Spool(Path file) {
        this(file, LARGEST);
    }

    /** @param largest bytes of both files together */
    Spool(Path file, long largest) {
        this.file = file;
        this.leaving = Path.of(file + ".leaving");
        this.largest = largest;
    }

    boolean isEmpty() {
        return files() == 0;
    }

    /** So many times must be handed over until all is taken that waits now: 0 to 2. */
    int files() {
        return (Files.exists(file) ? 1 : 0) + (Files.exists(leaving) ? 1 : 0);
    }

    /** On the disk when it returns. @throws IOException if there is no room */
    synchronized void add(String batch, List<UsageRow> rows) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        String line = Json.MAPPER.writeValueAsString(new Batch(batch, rows)) + "\n";
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            ByteBuffer bytes =
                    ByteBuffer.wrap(((isWhole(channel, end) ? "" : "\n") + line).getBytes(StandardCharsets.UTF_8));
            if (end + size(leaving) + bytes.remaining() > largest) {
                throw new IOException(file + " is full, it has " + (largest >> 20) + " MB");
            }
            append(channel, end, bytes);
        }
    }

    /** All of it or nothing: a disk may be full in the middle of a line. */
    private static void append(FileChannel channel, long end, ByteBuffer bytes) throws IOException {
        try {
            channel.position(end);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    /** Where a process was killed while it wrote, the last line has no end. */
    private static boolean isWhole(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end == 0 || channel.read(last, end - 1) < 1 || last.get(0) == '\n';
    }

    private static long size(Path path) throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /** What is done with each batch. */
    @FunctionalInterface
    interface Taker<E extends Exception> {
        void take(Batch batch) throws E;
    }

    /**
     * Hands over every batch, and then forgets them. After a crash in between, all of them come again: whoever takes them
     * knows them by their ids.
     */
    <E extends Exception> void drain(Taker<E> taker) throws E, IOException {
        setApart();
        if (!Files.exists(leaving)) {
            return;
        }
        try (BufferedReader reader = reader()) {
            for (String line : (Iterable<String>) reader.lines().skip(taken)::iterator) {
                Batch batch = read(line);
                if (batch != null) {
                    taker.take(batch);
                }
                taken++;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.delete(leaving);
        taken = 0;
    }

    private synchronized void setApart() throws IOException {
        if (!Files.exists(leaving) && Files.exists(file)) {
            Files.move(file, leaving, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Bytes that are no text spoil their line, and no other. */
    private BufferedReader reader() throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(leaving), StandardCharsets.UTF_8));
    }

    /** A line is half written where the process was killed. */
    private @Nullable Batch read(String line) {
        Batch batch = parsed(line);
        if (batch == null || !batch.isWhole()) {
            LOG.warn("a line of {} cannot be read and is left out: the usage in it is lost", file);
            return null;
        }
        return batch;
    }

    private static @Nullable Batch parsed(String line) {
        try {
            return Json.MAPPER.readValue(line, Batch.class);
        } catch (JsonProcessingException e) {
            LOG.debug("a line of a spool file is no batch", e);
            return null;
        }
    }
}
