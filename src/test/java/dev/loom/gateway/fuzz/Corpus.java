package dev.loom.gateway.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** Inputs of one kind, from {@code src/test/resources/fuzz}, from which others are made by chance. */
final class Corpus {

    private final List<byte[]> seeds;

    private Corpus(List<byte[]> seeds) {
        this.seeds = seeds;
    }

    /** All files of a directory there. */
    static Corpus of(String directory) {
        try (Stream<Path> files =
                Files.list(Path.of(Objects.requireNonNull(Corpus.class.getResource("/fuzz/" + directory))
                        .toURI()))) {
            return new Corpus(files.sorted().map(Corpus::read).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<byte[]> seeds() {
        return seeds;
    }

    /** The input that belongs to a number: the same whenever it is asked for. */
    byte[] input(long number) {
        Random chance = new Random(number * 0x9E3779B97F4A7C15L);
        byte[] input = any(chance);
        Mutator mutator = new Mutator(chance);
        for (int times = 1 + chance.nextInt(6); times > 0; times--) {
            input = mutator.mutate(input, any(chance));
        }
        return input;
    }

    private byte[] any(Random chance) {
        return seeds.get(chance.nextInt(seeds.size()));
    }
}
