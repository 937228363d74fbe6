package dev.loom.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One recipe of {@code docs/cookbook.md}.
 *
 * @param needs what the page says it needs beside the gateway; empty for nothing
 * @param edits by file: what is to stand there
 * @param script the request; empty where the page has none
 * @param answer lines of the answer, each a part of it; those that begin with {@code log: } are parts of the log
 */
public record Recipe(String title, String needs, Map<String, String> edits, String script, List<String> answer) {

    private static final Pattern RECIPE = Pattern.compile(
            "(?ms)^### ([^\\n]+)\\n(?:(?!^### ).)*?^<!-- recipe(?:: needs ([^>]*))? -->\\n```yaml\\n(.*?)^```\\n"
                    + "(?:\\n```sh\\n(.*?)^```\\n\\n```\\n(.*?)^```\\n)?");
    private static final Pattern FILE = Pattern.compile("(?ms)^# (\\S+\\.yaml)([^\\n]*)\\n(.*?)(?=^# \\S+\\.yaml|\\z)");

    public static List<Recipe> all() {
        try {
            Matcher found = RECIPE.matcher(Files.readString(Path.of("docs/cookbook.md")));
            return found.results().map(Recipe::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recipe of(MatchResult found) {
        Map<String, String> edits = new LinkedHashMap<>();
        FILE.matcher(found.group(3)).results().forEach(file -> edits.put(file.group(1) + file.group(2), file.group(3)));
        return new Recipe(
                found.group(1),
                found.group(2) == null ? "" : found.group(2),
                edits,
                found.group(4) == null ? "" : found.group(4),
                found.group(5) == null ? List.of() : found.group(5).lines().toList());
    }

    @Override
    public String toString() {
        return title;
    }

    /**
     * Asks as the page does.
     *
     * @param here puts the gateway's address, and what else is another one in a test, into the script
     * @return what the shell printed
     */
    public String run(Path directory, UnaryOperator<String> here) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", here.apply(script))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /**
     * A file with an edit: a new file, a whole configuration, steps behind a step, or routes in the place of those with
     * their ids.
     *
     * @param place the file, and what the page says of where in it
     * @param before the file's text; null where there is none
     */
    public static String edited(String place, String before, String edit) {
        if (before == null || place.startsWith("ai-gateway.yaml")) {
            return edit;
        }
        Matcher behind = Pattern.compile(", after the step (\\S+)").matcher(place);
        if (behind.find()) {
            Matcher step = Pattern.compile("(?ms)^( +)- process:\\n +id: " + behind.group(1) + "\\n.*?(?=^\\1- )")
                    .matcher(before);
            if (!step.find()) {
                throw new IllegalArgumentException("no step " + behind.group(1));
            }
            return before.substring(0, step.end()) + edit.indent(step.group(1).length()) + before.substring(step.end());
        }
        String text = before;
        for (MatchResult entry : Pattern.compile("(?ms)^- (\\w+):\\n    id: (\\S+)\\n.*?(?=^- |\\z)")
                .matcher(edit)
                .results()
                .toList()) {
            Matcher old = Pattern.compile(
                            "(?ms)^- " + entry.group(1) + ":\\n    id: " + entry.group(2) + "\\n.*?(?=^- |^#|\\z)")
                    .matcher(text);
            if (!old.find()) {
                throw new IllegalArgumentException("no " + entry.group(1) + " " + entry.group(2));
            }
            text = text.substring(0, old.start()) + entry.group() + "\n" + text.substring(old.end());
        }
        return text;
    }
}
