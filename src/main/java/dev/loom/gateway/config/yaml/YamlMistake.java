package dev.loom.gateway.config.yaml;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * What is wrong with a text that is no YAML, in words for whoever wrote it; the parser's own words are about its grammar. No
 * part of the text is quoted, since it may be a secret.
 *
 * @param line from 1
 * @param column from 1
 */
record YamlMistake(int line, int column, String message) {

    private static final Pattern FOUND = Pattern.compile("but found '(.*)'");
    private static final Pattern UNUSUAL_SPACE =
            Pattern.compile("(?m)^[ \\t-]*([\\u00a0\\u2000-\\u200b\\u202f\\u3000])");
    private static final Pattern KEY = Pattern.compile(":(\\s|$)");

    /**
     * The same in other words.
     *
     * @param parser how its message begins
     * @param atBegin whether what is wrong is the beginning of what the parser did not understand
     */
    private record Words(String parser, boolean atBegin, String ours) {}

    private static final List<Words> WORDS = List.of(
            new Words(
                    "could not find expected ':'",
                    true,
                    "this line has no colon with a space after it, so it is no key"),
            new Words("found unexpected end", true, "the quote that begins here does not end"),
            new Words(
                    "found unknown escape",
                    false,
                    "a backslash in double quotes needs another before it; or use single quotes"),
            new Words("found undefined", false, "undefined alias or tag; text that begins with * or ! needs quotes"),
            new Words("unexpected character found", true, "text that begins with * or & needs quotes, as in \"*\""),
            new Words(
                    "sequence entries",
                    false,
                    "the dash of a list begins a line of its own; text that begins with a dash needs quotes"),
            new Words("but found another document", false, "a second document begins here; a file holds one"));

    /** Null where every line is indented by plain spaces; those of web pages and of word processors only look like them. */
    static @Nullable YamlMistake unusualSpace(String text) {
        Matcher found = UNUSUAL_SPACE.matcher(text);
        return found.find()
                ? at(
                        text,
                        found.start(1),
                        "this character looks like a space, but is another one; retype the spaces at the beginning of"
                                + " this line")
                : null;
    }

    static YamlMistake of(MarkedYamlEngineException e, String text) {
        Mark mark = e.getProblemMark().orElse(null);
        if (mark == null) {
            return new YamlMistake(1, 1, "this is no valid YAML: " + e.getProblem());
        }
        Mark begin = e.getContextMark().orElse(mark);
        String line = text.lines().skip(mark.getLine()).findFirst().orElse("");
        String problem = e.getProblem();
        if (problem.startsWith("mapping values")) {
            return at(mark, misplacedColon(line, mark.getColumn()));
        }
        if (problem.startsWith("expected <block end>")) {
            return at(mark, misplacedLine(problem, mark.getColumn()));
        }
        if (problem.startsWith("expected ','")) {
            return at(mark, openBracket(line, mark.getColumn(), begin));
        }
        if (problem.startsWith("found character")) {
            return at(mark, forbidden(line, mark.getColumn()));
        }
        return WORDS.stream()
                .filter(words -> problem.startsWith(words.parser))
                .findFirst()
                .map(words -> at(words.atBegin ? begin : mark, words.ours))
                .orElseGet(() -> at(mark, "this is no valid YAML: " + problem));
    }

    /** Its own words are for whoever wrote it, too. */
    static YamlMistake beyond(BoundedEvents.Beyond e) {
        return e.getProblemMark().map(mark -> at(mark, e.getProblem())).orElseThrow();
    }

    static YamlMistake of(ReaderException e, String text) {
        int position = Math.min(text.length(), Math.max(0, e.getPosition()));
        return at(text, position, "a control character; retype what stands here");
    }

    private static YamlMistake at(String text, int position, String message) {
        String before = text.substring(0, position);
        int line = (int) before.chars().filter(c -> c == '\n').count();
        return new YamlMistake(line + 1, before.length() - before.lastIndexOf('\n'), message);
    }

    private static YamlMistake at(Mark mark, String message) {
        return new YamlMistake(mark.getLine() + 1, mark.getColumn() + 1, message);
    }

    private static String misplacedColon(String line, int column) {
        Matcher key = KEY.matcher(line.substring(0, Math.min(column, line.length())));
        return key.find()
                ? "a second colon in one line; text with a colon and a space in it needs quotes"
                : "no key can begin here: this line is indented too far, or the line before it lacks a colon with a"
                        + " space after it";
    }

    private static String misplacedLine(String problem, int column) {
        Matcher found = FOUND.matcher(problem);
        return switch (found.find() ? found.group(1) : "") {
            case "?" -> "this key stands in the column of the dashes; indent it as far as the first key after the dash";
            case "-" -> "this dash stands in the column of the keys; indent it below the key whose list it is in";
            case "<scalar>", "[", "{", "," -> "there is more after the end of the value; put quotes around all of it";
            default ->
                "this line is indented by " + column + (column == 1 ? " space" : " spaces")
                        + ", but no line above it is; indent it like the other lines of its list or map";
        };
    }

    private static String openBracket(String line, int column, Mark begin) {
        return column > 0 && line.startsWith("${", column - 1)
                ? "a variable inside [ ] or { } needs quotes: \"${NAME}\""
                : "a comma is missing here, or a bracket that closes what begins in line " + (begin.getLine() + 1)
                        + ", column " + (begin.getColumn() + 1)
                        + "; text with a comma, colon or bracket in it needs quotes";
    }

    private static String forbidden(String line, int column) {
        return line.startsWith("\t", column)
                ? "a tab; indent by spaces"
                : "text that begins with this character needs quotes";
    }
}
