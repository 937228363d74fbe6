package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/troubleshooting.md} quotes messages that the gateway prints, and {@code docs/api.md} has every error code. */
@NullUnmarked
class TroubleshootingTest {

    private static final Pattern QUOTED = Pattern.compile("^\\| `(.+?)` \\|", Pattern.MULTILINE);
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    /** The last argument of an error that the gateway makes. */
    private static final Pattern CODE = Pattern.compile(
            "ApiError(?:\\.server|\\.invalidRequest)?\\([^;]*?\"([a-z]+(?:_[a-z]+)+|overloaded|stopping|timeout)\"\\)");

    private static String sources;
    private static List<String> statements;

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            statements = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> Statements.of(text(file)).stream())
                    .toList();
        }
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            sources = JOINED.matcher(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.toString().contains("flow") && !file.endsWith("ApiError.java"))
                            .map(TroubleshootingTest::text)
                            .collect(Collectors.joining("\n")))
                    .replaceAll("")
                    .replace("\\\"", "\"")
                    .replace("\\n", "\n");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> quoted(String page) {
        return QUOTED.matcher(text(Path.of(page)))
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    @Test
    void every_message_that_it_quotes_is_one_that_the_gateway_prints() {
        List<String> messages = quoted("docs/troubleshooting.md").stream()
                .filter(message -> message.contains(" "))
                .toList();
        assertThat(messages).hasSizeGreaterThan(35);
        assertThat(messages).allMatch(TroubleshootingTest::isPrinted);
    }

    @Test
    void parts_of_several_messages_are_none() {
        assertThat(isPrinted("The ... port, ... on ..., cannot be opened")).isTrue();
        assertThat(isPrinted("Port ... on ... cannot be opened")).isFalse();
        assertThat(isPrinted("cannot be opened ... port, ... on")).isFalse();
    }

    /** Its parts stand in one statement, in their order. */
    private static boolean isPrinted(String message) {
        Pattern parts = Pattern.compile(
                Arrays.stream(message.split("\\.\\.\\."))
                        .map(String::strip)
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
        return statements.stream()
                .anyMatch(statement -> parts.matcher(statement).find());
    }

    @Test
    void every_error_code_is_in_the_reference() {
        List<String> codes = CODE.matcher(sources)
                .results()
                .map(error -> error.group(1))
                .distinct()
                .toList();
        assertThat(codes).hasSizeGreaterThan(15);
        String page = text(Path.of("docs/api.md"));
        assertThat(codes).filteredOn(code -> !page.contains("`" + code + "`")).isEmpty();
    }
}
