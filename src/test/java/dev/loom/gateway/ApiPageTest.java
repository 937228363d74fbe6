package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/api.md} has every call of the OpenAPI file, and every header that the two ports read or send. */
@NullUnmarked
class ApiPageTest {

    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");

    /** What stands first in the rows of the tables of calls. */
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`.*?) \\|");

    /** {@code GET /ai/providers/{name}}; without a method, all calls of the path and below it. */
    private static final Pattern CALL = Pattern.compile("(?:(GET|POST|DELETE|HEAD) )?(/[^? ]*)(\\?.*)?");

    private static final Pattern HEADER = Pattern.compile(
            "(?:getHeader|\\.with|putHeader|headers\\.put)\\(\\s*\"([A-Z][A-Za-z]+(?:-[A-Za-z]+)*|[a-z]+(?:-[a-z]+)+)\"");

    /** How a body is framed is HTTP's affair. */
    private static final Set<String> FRAMING = Set.of("Content-Length", "Transfer-Encoding");

    private static String page;

    @BeforeAll
    static void read() {
        page = text(Path.of("docs/api.md"));
    }

    private static Stream<String> spans(String text) {
        return CODE.matcher(text).results().map(span -> span.group(1));
    }

    @Test
    void it_has_every_call() throws IOException {
        JsonNode paths = Json.MAPPER
                .readTree(Path.of("src/main/resources/loom/openapi.json").toFile())
                .path("paths");
        Pattern written = Pattern.compile(FIRST_CELL
                .matcher(page)
                .results()
                .flatMap(row -> spans(row.group(1)))
                .map(CALL::matcher)
                .filter(call -> call.matches())
                .map(call -> pattern(call.group(1), call.group(2)))
                .collect(Collectors.joining("|")));
        Set<String> missing = new TreeSet<>();
        paths.properties().forEach(path -> Stream.of("GET", "POST", "DELETE")
                .filter(method -> path.getValue().has(method.toLowerCase(Locale.ROOT)))
                .map(method -> method + " " + path.getKey())
                .filter(call -> !written.matcher(call).matches())
                .forEach(missing::add));
        assertThat(paths.size()).isGreaterThan(50);
        assertThat(missing).isEmpty();
    }

    private static String pattern(String method, String path) {
        String literal =
                Pattern.quote(path).replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q").replace("...", "\\E.*\\Q");
        return method == null ? "\\w+ " + literal + "(/.*)?" : method + " " + literal;
    }

    @Test
    void it_has_every_header() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String room : List.of("port", "request", "admin")) {
            try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/loom/gateway/camel", room))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .flatMap(file -> HEADER.matcher(text(file)).results())
                        .forEach(found -> names.add(found.group(1)));
            }
        }
        assertThat(names).hasSizeGreaterThan(25);
        names.removeAll(FRAMING);
        List<String> spans = spans(page).toList();
        assertThat(names)
                .map(name -> name.replaceFirst("^Access-Control-.*", "Access-Control-*"))
                .allSatisfy(
                        name -> assertThat(spans).anyMatch(span -> span.equals(name) || span.startsWith(name + ":")));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
