package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link from one page of the documentation to another, or to a file of the project, leads somewhere. */
class DocsLinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md"), Path.of("SECURITY.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_link_leads_somewhere(Path page) {
        assertThat(LINK.matcher(text(page))
                        .results()
                        .map(link -> link.group(1))
                        .filter(link -> !link.contains("://") && !leadsSomewhere(page, link)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_page_is_in_the_index_and_says_first_what_it_is_for(Path page) {
        Path index = Path.of("docs/README.md");
        Set<Path> linked = LINK.matcher(text(index))
                .results()
                .map(link -> Path.of("docs")
                        .resolve(link.group(1).replaceFirst("#.*", ""))
                        .normalize())
                .collect(Collectors.toSet());
        if (!page.equals(index)) {
            assertThat(linked).contains(page);
        }
        if (page.startsWith("docs")) {
            assertThat(text(page)).containsPattern("\\A# .+\n\nThis page ");
        }
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path folder = page.toAbsolutePath().getParent();
        Path target = parts[0].isEmpty() || folder == null
                ? page
                : folder.resolve(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) {
        return HEADING.matcher(text(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
