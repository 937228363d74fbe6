package dev.loom.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole configuration files that the documentation shows: blocks with providers below {@code ai_gateway}. */
public final class WholeFiles {

    private static final Pattern FILE =
            Pattern.compile("^(ai_gateway:\\n.*?)^(?:```|EOF$)", Pattern.DOTALL | Pattern.MULTILINE);

    /**
     * One such file.
     *
     * @param page its path, for the name of the test
     * @param line where it begins, from 1
     */
    public record WholeFile(String page, long line, String yaml) {
        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    private WholeFiles() {}

    public static List<WholeFile> all() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.filter(page -> page.toString()
                            .endsWith(".md")))
                    .sorted()
                    .flatMap(WholeFiles::of)
                    .toList();
        }
    }

    private static Stream<WholeFile> of(Path page) {
        String text = text(page);
        return FILE.matcher(text)
                .results()
                .filter(found -> found.group(1).contains("\n  providers:\n"))
                .map((MatchResult found) -> new WholeFile(
                        page.toString(),
                        text.substring(0, found.start()).lines().count() + 1,
                        found.group(1)));
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
