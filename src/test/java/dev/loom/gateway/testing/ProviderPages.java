package dev.loom.gateway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The blocks of configuration on the pages about providers. Each is a whole file. */
public final class ProviderPages {

    public static final Path FOLDER = Path.of("docs/providers");

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    /** @param page for the name of the test */
    public record Block(String page, int number, String yaml) {
        @Override
        public String toString() {
            return page + " " + number;
        }
    }

    private ProviderPages() {}

    public static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> pages = Files.walk(FOLDER)) {
            for (Path page : pages.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                Matcher matcher = BLOCK.matcher(Files.readString(page));
                for (int i = 1; matcher.find(); i++) {
                    blocks.add(new Block(FOLDER.relativize(page).toString(), i, matcher.group(1)));
                }
            }
        }
        return blocks;
    }
}
