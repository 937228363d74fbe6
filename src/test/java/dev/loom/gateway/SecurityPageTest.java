package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** SECURITY.md promises nothing that no test shows. */
class SecurityPageTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT)\\.\\w+)`");

    private static final Path SOURCES = Path.of("src/test/java");

    private static String page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(Path.of("SECURITY.md"));
    }

    @Test
    void every_test_that_it_names_exists() throws IOException {
        Set<String> tests = tests();
        List<String> named =
                NAMED.matcher(page).results().map(test -> test.group(1)).toList();
        assertThat(named).hasSizeGreaterThan(80);
        assertThat(tests).containsAll(named);
    }

    /** Every test there is, as {@code Class.method}. */
    private static Set<String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.map(file -> SOURCES.relativize(file).toString())
                    .filter(file -> file.matches(".*(Test|IT)\\.java"))
                    .map(file -> load(file.replace(".java", "").replace('/', '.')))
                    .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                    .filter(SecurityPageTest::isTest)
                    .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
                    .collect(Collectors.toSet());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, SecurityPageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isTest(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getSimpleName())
                .anyMatch(List.of("Test", "ParameterizedTest", "Property")::contains);
    }

    @Test
    void every_line_of_what_cannot_happen_names_a_test() {
        String defended = page.substring(page.indexOf("## What is defended"), page.indexOf("## What is not defended"));
        assertThat(defended.lines().filter(line -> line.startsWith("| ") && !line.startsWith("| what cannot")))
                .hasSizeGreaterThan(30)
                .allSatisfy(line -> assertThat(line).containsPattern(NAMED));
    }

    @Test
    void every_published_hole_is_fixed_or_out_of_reach_or_open() {
        assertThat(page.lines().filter(line -> line.startsWith("| ") && line.matches(".*(CVE|GHSA)-.*")))
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(line).matches(".*\\| (fixed in|out of reach|open|only in) ?.*"))
                .filteredOn(line -> line.contains("| out of reach"))
                .allSatisfy(line -> assertThat(line).containsPattern(NAMED));
    }

    @Test
    void it_speaks_of_the_versions_that_are_shipped() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        List<String> versions = Pattern.compile("^### \\S+ (\\d\\S+)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(heading -> heading.group(1))
                .toList();
        assertThat(versions).hasSize(6).allSatisfy(version -> assertThat(pom).contains(".version>" + version + "<"));
        assertThat(page).contains("Its modules for the web are " + property(pom, "vertx.web.version"));
    }

    private static String property(String pom, String name) {
        return pom.replaceFirst("(?s).*<" + name + ">(.*?)<.*", "$1");
    }
}
