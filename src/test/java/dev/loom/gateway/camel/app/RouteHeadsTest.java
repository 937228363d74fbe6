package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.camel.port.NoHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The first lines of a route file name the class of each of its beans, so that a reader of the route finds the Java. */
class RouteHeadsTest {

    private static final Path CAMEL = Path.of("src/main/java/dev/loom/gateway/camel");
    private static final Pattern ROW = Pattern.compile("(?m)^#   (loom\\w+(?:, loom\\w+)*)  +(\\w+/\\w+)");
    private static final Pattern USED = Pattern.compile("(?:ref: |\"#)(loom\\w+)");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void the_head_names_the_class_of_each_bean_and_of_no_other(Path file) throws IOException {
        String text = Files.readString(file);
        Map<String, String> named = named(text);
        TreeSet<String> used = new TreeSet<>();
        USED.matcher(text).results().forEach(bean -> used.add(bean.group(1)));
        assertThat(named.keySet()).containsExactlyElementsOf(used);
        for (Map.Entry<String, String> bean : named.entrySet()) {
            assertThat(CAMEL.resolve(bean.getValue() + ".java")).exists();
            assertThat(bean.getValue()).as(bean.getKey()).endsWith("/" + boundTo(bean.getKey()));
        }
    }

    private static Map<String, String> named(String text) {
        Map<String, String> named = new TreeMap<>();
        ROW.matcher(text).results().forEach((MatchResult row) -> {
            for (String bean : row.group(1).split(", ")) {
                named.put(bean, row.group(2));
            }
        });
        return named;
    }

    /** The class of what is bound: of {@code new X(...)}, of {@code X.make(...)}, or of the variable whose method makes it. */
    private static String boundTo(String bean) throws IOException {
        String sources = Files.readString(CAMEL.resolve("app/GatewayBeans.java"))
                + Files.readString(CAMEL.resolve("app/Installer.java"));
        String name = bean.equals(NoHeaders.BEAN) ? "NoHeaders\\.BEAN" : '"' + bean + '"';
        Matcher bound =
                Pattern.compile("bind\\(\\s*" + name + ",\\s*(?:new )?(\\w+)").matcher(sources);
        assertThat(bound.find()).as(bean).isTrue();
        Matcher declared =
                Pattern.compile("(\\w+) " + bound.group(1) + "(?: =|;)").matcher(sources);
        return Character.isUpperCase(bound.group(1).charAt(0)) || !declared.find() ? bound.group(1) : declared.group(1);
    }
}
