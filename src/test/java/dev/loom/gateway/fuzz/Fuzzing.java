package dev.loom.gateway.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a reader many inputs that nobody has written and looks for escapes: whatever it does not answer in the way in which
 * it says that it answers everything. How many: {@code -Dloom.fuzz}, for all readers together.
 */
final class Fuzzing {

    /** For CI; {@code src/bench/run fuzz} has a million. */
    private static final int INPUTS = Integer.getInteger("loom.fuzz", 20_000);

    /** How many readers share the inputs. */
    private static final int READERS = 37;

    /** Escapes of which the report has the input. */
    private static final int SHOWN = 10;

    /** What is asked of a reader: to throw nothing. */
    @FunctionalInterface
    interface Reader {
        void read(byte[] input) throws Exception;
    }

    /** A reader, with what is known of its inputs. */
    record Named(String name, Corpus corpus, Reader reader) {}

    private static @Nullable List<Named> collected;

    private Fuzzing() {}

    /** From now on readers are not given inputs, but collected. */
    static void collect(List<Named> readers) {
        collected = readers;
    }

    /** @return the escapes, each with what is needed to see it again */
    static List<String> escapes(String name, Corpus corpus, Reader reader) {
        return escapes(name, corpus, reader, INPUTS / READERS);
    }

    /** @param inputs besides those of the corpus as they stand */
    static List<String> escapes(String name, Corpus corpus, Reader reader, int inputs) {
        List<String> escapes = new ArrayList<>();
        if (collected != null) {
            collected.add(new Named(name, corpus, reader));
            return escapes;
        }
        int count = 0;
        for (byte[] seed : corpus.seeds()) {
            count += escaped(reader, seed, name + ", of the corpus", escapes);
        }
        for (int number = 0; number < inputs; number++) {
            count += escaped(reader, corpus.input(number), name + ", input " + number, escapes);
        }
        report("| %s | %d | %d | %d |%n"
                .formatted(
                        name,
                        Runtime.version().feature(),
                        inputs + corpus.seeds().size(),
                        count));
        return escapes;
    }

    private static int escaped(Reader reader, byte[] input, String where, List<String> escapes) {
        try {
            reader.read(input);
            return 0;
        } catch (Exception | AssertionError | StackOverflowError e) {
            if (escapes.size() < SHOWN) {
                escapes.add(where + ": " + e + at(e) + "\n"
                        + Base64.getEncoder().encodeToString(input) + "\n" + new String(input, StandardCharsets.UTF_8));
            }
            return 1;
        }
    }

    private static String at(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < Math.min(8, trace.length); i++) {
            places.append("\n    at ").append(trace[i]);
        }
        return places.toString();
    }

    /** A line of the table in {@code docs/defences.md}, where {@code loom.fuzz.report} names a file. */
    private static void report(String line) {
        String file = System.getProperty("loom.fuzz.report");
        if (file != null) {
            try {
                Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
