package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A block of commands for a shell, or of a program in Python, in README.md, SECURITY.md or docs, with the comment before it,
 * which says how it is tested:
 *
 * <ul>
 *   <li>{@code test: name}: the page's own test runs it by this name;
 *   <li>{@code run: prints a | b}: it ends with 0, and prints each of these; {@code nothing} for no output at all;
 *   <li>{@code run: until a}: it prints this, and then runs until it is stopped;
 *   <li>{@code not run: reason}.
 * </ul>
 *
 * @param page such as {@code docs/teams.md}
 * @param line where it begins, from 1
 * @param comment what the comment says; empty where there is none
 */
public record CommandBlock(String page, int line, String comment, String script) {

    private static final Pattern FENCE = Pattern.compile("( *)```(?:sh|bash|console|shell|python)");
    private static final Pattern COMMENT = Pattern.compile(" *<!-- (.*) -->");

    @Override
    public String toString() {
        return page + ":" + line;
    }

    public static List<String> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(Stream.of("README.md", "SECURITY.md"), docs.map(Path::toString))
                    .filter(page -> page.endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    public static List<CommandBlock> all() throws IOException {
        return pages().stream().flatMap(page -> of(page).stream()).toList();
    }

    /** The block of a page with the comment {@code test: name}. */
    public static CommandBlock named(String page, String name) {
        return of(page).stream()
                .filter(block -> block.comment.equals("test: " + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + " has no block of commands marked 'test: " + name + "'"));
    }

    /**
     * Runs it, and fails where it fails.
     *
     * @param here puts addresses of the test's own into the script
     * @return what it has printed, errors included
     */
    public String run(Path directory, UnaryOperator<String> here) throws IOException, InterruptedException {
        return shell(directory, here.apply(script));
    }

    public static String shell(Path directory, String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CAMEL_") || name.startsWith("LOOM_"));
        Process shell = builder.start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(printed).isZero();
        return printed;
    }

    private static List<CommandBlock> of(String page) {
        List<CommandBlock> blocks = new ArrayList<>();
        List<String> lines = lines(page);
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                String indent = fence.group(1);
                String script = lines.subList(i + 1, lines.size()).stream()
                        .takeWhile(line -> !line.equals(indent + "```"))
                        .map(line -> line.startsWith(indent) ? line.substring(indent.length()) : line)
                        .collect(Collectors.joining("\n", "", "\n"));
                Matcher comment = COMMENT.matcher(i == 0 ? "" : lines.get(i - 1));
                blocks.add(new CommandBlock(page, i + 1, comment.matches() ? comment.group(1) : "", script));
            }
        }
        return blocks;
    }

    private static List<String> lines(String page) {
        try {
            return Files.readAllLines(Path.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
