package dev.loom.gateway.fuzz;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The readers of the tests beside it, for a fuzzer that is guided by the branches that an input takes: Jazzer, by {@code
 * src/bench/run jazzer}. The first byte of an input chooses the reader, the others are what is read. Without {@link
 * FuzzIngressTest}, where sockets lie between.
 */
public final class GuidedFuzzing {

    private static List<Fuzzing.Named> readers = List.of();

    private GuidedFuzzing() {}

    /** Of Jazzer, before the first input. Writes the corpus, where {@code loom.fuzz.corpus} names a directory. */
    public static void fuzzerInitialize() throws IOException {
        List<Fuzzing.Named> found = new ArrayList<>();
        Fuzzing.collect(found);
        LauncherFactory.create()
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(
                                selectClass(FuzzClientsTest.class),
                                selectClass(FuzzProvidersTest.class),
                                selectClass(FuzzConfigurationTest.class))
                        .build());
        if (found.isEmpty()) {
            throw new IllegalStateException("No test gave its reader: is JUnit's engine on the class path?");
        }
        readers = List.copyOf(found);
        String directory = System.getProperty("loom.fuzz.corpus");
        if (directory != null) {
            write(Files.createDirectories(Path.of(directory)));
        }
        System.err.println(readers.size() + " readers");
    }

    private static void write(Path directory) throws IOException {
        for (int number = 0; number < readers.size(); number++) {
            List<byte[]> seeds = readers.get(number).corpus().seeds();
            for (int seed = 0; seed < seeds.size(); seed++) {
                ByteArrayOutputStream input = new ByteArrayOutputStream();
                input.write(number);
                input.writeBytes(seeds.get(seed));
                Files.write(directory.resolve("seed-" + number + "-" + seed), input.toByteArray());
            }
        }
    }

    /** Of Jazzer, for each input; what it throws is a finding. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length > 0) {
            Fuzzing.Named named = readers.get((input[0] & 0xff) % readers.size());
            try {
                named.reader().read(Arrays.copyOfRange(input, 1, input.length));
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw new AssertionError("An escape from " + named.name(), e);
            }
        }
    }
}
