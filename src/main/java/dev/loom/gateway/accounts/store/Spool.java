package dev.loom.gateway.accounts.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with the batches that a store could not take, one a line. Not thread-safe. */
final class Spool {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    /** Bytes; some hundred thousand sums, hours of a busy gateway. */
    static final long LARGEST = 64L << 20;

    private final Path file;

    /** A line of the file. */
    record Batch(String batch, List<UsageRow> rows) {}

    Spool(Path file) {
        this.file = file;
    }

    boolean isEmpty() {
        return !Files.exists(file);
    }

    /** On the disk when it returns. @throws IOException if there is no room */
    void add(String batch, List<UsageRow> rows) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        byte[] line = (Json.MAPPER.writeValueAsString(new Batch(batch, rows)) + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            if (channel.size() + line.length > LARGEST) {
                throw new IOException(file + " has its full " + (LARGEST >> 20) + " MB");
            }
            channel.write(ByteBuffer.wrap(line));
            channel.force(false);
        }
    }

    /** What is done with each batch. */
    @FunctionalInterface
    interface Taker<E extends Exception> {
        void take(Batch batch) throws E;
    }

    /** Hands over every batch, and then forgets them all; if one is not taken, none is forgotten. */
    <E extends Exception> void drain(Taker<E> taker) throws E, IOException {
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                Batch batch = read(line);
                if (batch != null) {
                    taker.take(batch);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.delete(file);
    }

    /** The last line is half written where the process was killed. */
    private @Nullable Batch read(String line) {
        try {
            return Json.MAPPER.readValue(line, Batch.class);
        } catch (JsonProcessingException e) {
            LOG.warn("a line of {} cannot be read and is left out", file);
            return null;
        }
    }
}
