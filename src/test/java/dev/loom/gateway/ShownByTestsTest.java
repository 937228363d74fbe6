package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.loom.gateway.testing.ProviderPages;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that say which test shows a case name tests that there are. */
class ShownByTestsTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

    private static final JavaClasses OURS = new ClassFileImporter().importPackages("dev.loom.gateway");

    private static List<String> named(String page) throws IOException {
        List<String> named = new ArrayList<>();
        Matcher matcher = NAMED.matcher(Files.readString(ProviderPages.FOLDER.resolve(page)));
        while (matcher.find()) {
            named.add(matcher.group(1) + '#' + matcher.group(2));
        }
        return named;
    }

    private static Set<String> tests() {
        return OURS.stream()
                .filter(type -> type.getSimpleName().endsWith("Test"))
                .flatMap(type -> type.getMethods().stream()
                        .filter(method -> method.isAnnotatedWith(Test.class)
                                || method.isAnnotatedWith(ParameterizedTest.class)
                                || method.isAnnotatedWith("net.jqwik.api.Property"))
                        .map(method -> type.getSimpleName() + '#' + method.getName()))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"answers.md", "requests.md"})
    void every_test_that_a_page_names_exists(String page) throws IOException {
        assertThat(named(page)).hasSizeGreaterThan(20);
        assertThat(tests()).containsAll(named(page));
    }

    @ParameterizedTest
    @ValueSource(strings = {"answers.md", "requests.md"})
    void every_row_of_a_table_of_cases_names_one(String page) throws IOException {
        List<String> rows = Files.readAllLines(ProviderPages.FOLDER.resolve(page));
        boolean cases = false;
        for (String row : rows) {
            cases = row.startsWith("| Case |") || (cases && row.startsWith("|"));
            if (cases && !row.startsWith("| Case |") && !row.startsWith("|---")) {
                assertThat(row).containsPattern(NAMED);
            }
        }
    }
}
