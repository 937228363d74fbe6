package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import dev.loom.gateway.testing.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every block of commands in README.md, SECURITY.md and docs is run by a test, or says why it is not. */
class CommandBlocksTest {

    private static final Pattern COMMAND = Pattern.compile(
            "(?m)^(?: {4,}|```\\n)(?:mvn|java|curl|bin/|src/bench|grep|docker|kubectl|export|openssl) ?.*");
    private static final Pattern NAMED = Pattern.compile("<!-- test: ([\\w-]+) -->");

    static List<CommandBlock> blocks() throws IOException {
        return CommandBlock.all();
    }

    static List<String> pages() throws IOException {
        return CommandBlock.pages();
    }

    @Test
    void there_are_many() throws IOException {
        assertThat(blocks()).hasSizeGreaterThan(90);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void it_is_run_or_says_why_not(CommandBlock block) {
        String comment = block.comment();
        if (comment.isEmpty()) {
            assertThat(Recipe.all())
                    .as("a recipe, or else a comment before the block that says how it is tested: see CommandBlock")
                    .anyMatch(recipe -> recipe.script().equals(block.script()));
        } else {
            assertThat(comment).matches("test: [\\w-]+|run: (prints|until) \\S.*|not run: .{10,}");
        }
    }

    /** Markdown also takes indented lines for code; these would escape the others. */
    @ParameterizedTest
    @MethodSource("pages")
    void commands_are_fenced_and_say_that_they_are_for_a_shell(String page) throws IOException {
        String prose = Files.readString(Path.of(page)).replaceAll("(?ms)^ *```\\w+$.*?^ *```$", "");
        assertThat(COMMAND.matcher(prose).results().map(MatchResult::group)).isEmpty();
    }

    /** Those with {@code run:} are found by {@code PagesIT} itself. */
    @ParameterizedTest
    @MethodSource("pages")
    void what_is_marked_for_a_test_is_named_by_a_test_of_that_page(String page) throws IOException {
        List<String> tests = testsOf(page);
        assertThat(NAMED.matcher(Files.readString(Path.of(page))).results().map(marked -> marked.group(1)))
                .allSatisfy(name -> assertThat(tests).anyMatch(test -> test.contains('"' + name + '"')));
    }

    private static List<String> testsOf(String page) throws IOException {
        String name = page.startsWith("docs/providers/quick-start/") ? "docs/providers/quick-start/" : page;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                    .map(CommandBlocksTest::text)
                    .filter(text -> text.contains('"' + name))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
