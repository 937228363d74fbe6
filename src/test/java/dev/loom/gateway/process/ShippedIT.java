package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is in the jar, and that its bill of materials says so. */
class ShippedIT {

    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component/";

    private static JarFile jar;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(System.getProperty("loom.jar"));
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    private static JsonNode bill() throws IOException {
        JarEntry entry = jar.getJarEntry("META-INF/sbom/loom-ai-gateway.cdx.json");
        assertThat(entry).as("the bill of materials, which is not made offline").isNotNull();
        try (InputStream in = jar.getInputStream(entry)) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static List<String> listed() throws IOException {
        List<String> parts = new ArrayList<>();
        bill().path("components")
                .forEach(part -> parts.add(
                        part.path("group").asText() + ":" + part.path("name").asText() + ":"
                                + part.path("version").asText()));
        return parts;
    }

    /** Maven's own notes in the jar; those of the gateway itself, and of what Netty and Nimbus have within them, are no parts. */
    private static List<String> inside() throws IOException {
        List<String> parts = new ArrayList<>();
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName()
                    .matches(
                            "META-INF/maven/(?!dev\\.loom|org\\.jctools|com\\.github\\.stephenc|com\\.google\\.code\\.gson).*/pom\\.properties")) {
                Properties part = new Properties();
                try (InputStream in = jar.getInputStream(entry)) {
                    part.load(in);
                }
                parts.add(part.getProperty("groupId") + ":" + part.getProperty("artifactId") + ":"
                        + part.getProperty("version"));
            }
        }
        return parts;
    }

    @Test
    void the_bill_of_materials_lists_every_part_of_the_jar_with_its_version() throws IOException {
        assertThat(inside()).hasSizeGreaterThan(100);
        assertThat(listed()).containsAll(inside());
    }

    @Test
    void each_part_is_there_once() throws IOException {
        assertThat(listed())
                .extracting(part -> part.replaceFirst(":[^:]*$", ""))
                .doesNotHaveDuplicates();
    }

    @Test
    void nothing_that_is_only_for_tests_is_listed() throws IOException {
        assertThat(listed())
                .noneMatch(part -> part.matches("(org\\.junit|org\\.assertj|com\\.openai|io\\.kubernetes).*"));
    }

    /** The same sources make the same bill, and so the same jar. */
    @Test
    void the_bill_of_materials_tells_no_time_and_no_place() throws IOException {
        assertThat(bill().path("metadata").has("timestamp")).isFalse();
        assertThat(bill().toString())
                .doesNotContain(System.getProperty("user.home") + "/", System.getProperty("user.dir"));
    }

    @Test
    void the_jar_holds_these_components_of_camel_and_no_others() {
        assertThat(jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.startsWith(COMPONENTS) && name.length() > COMPONENTS.length())
                        .map(name -> name.substring(COMPONENTS.length())))
                .containsExactlyInAnyOrder(
                        "bean",
                        "class",
                        "direct",
                        "file",
                        "http",
                        "https",
                        "kamelet",
                        "log",
                        "micrometer",
                        "platform-http",
                        "timer");
    }

    @Test
    void the_jar_holds_these_modules_of_netty_vert_x_and_log4j_and_no_others() throws IOException {
        assertThat(inside())
                .map(part -> part.replaceFirst(":[^:]*$", ""))
                .filteredOn(part -> part.matches("(io\\.netty|io\\.vertx|org\\.apache\\.logging\\.log4j):.*"))
                .map(part -> part.replaceFirst(".*:", ""))
                .containsExactlyInAnyOrder(
                        "netty-buffer",
                        "netty-codec",
                        "netty-codec-dns",
                        "netty-codec-http",
                        "netty-codec-http2",
                        "netty-codec-socks",
                        "netty-common",
                        "netty-handler",
                        "netty-handler-proxy",
                        "netty-resolver",
                        "netty-resolver-dns",
                        "netty-tcnative-classes",
                        "netty-transport",
                        "netty-transport-native-unix-common",
                        "vertx-auth-common",
                        "vertx-auth-jwt",
                        "vertx-auth-properties",
                        "vertx-bridge-common",
                        "vertx-core",
                        "vertx-web",
                        "vertx-web-common",
                        "log4j-api",
                        "log4j-core",
                        "log4j-slf4j2-impl");
    }

    @Test
    void the_jar_holds_these_modules_of_jolokia_and_no_others() throws IOException {
        assertThat(listed())
                .filteredOn(part -> part.startsWith("org.jolokia:"))
                .map(part -> part.split(":")[1])
                .containsExactlyInAnyOrder(
                        "jolokia-core",
                        "jolokia-json",
                        "jolokia-server-core",
                        "jolokia-service-jmx",
                        "jolokia-service-serializer");
    }

    @Test
    void the_page_about_security_speaks_of_these_versions() throws IOException {
        List<String> parts = Pattern.compile("^\\| `([^`]+)` (\\S+) \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("SECURITY.md")))
                .results()
                .map(row -> row.group(1) + ":" + row.group(2))
                .distinct()
                .toList();
        assertThat(parts).hasSizeGreaterThan(10);
        assertThat(listed()).map(part -> part.replaceFirst("^[^:]*:", "")).containsAll(parts);
    }

    @Test
    void nothing_but_vert_x_itself_chains_authentication() throws IOException {
        List<String> users = new ArrayList<>();
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().endsWith(".class") && !entry.getName().startsWith("io/vertx/")) {
                try (InputStream in = jar.getInputStream(entry)) {
                    if (new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains("ChainAuthHandler")) {
                        users.add(entry.getName());
                    }
                }
            }
        }
        assertThat(users).isEmpty();
    }

    @Test
    void the_description_of_both_ports_is_in_the_jar() throws IOException {
        try (InputStream in = jar.getInputStream(jar.getJarEntry("loom/openapi.json"))) {
            JsonNode document = new ObjectMapper().readTree(in);
            assertThat(document.path("openapi").asText()).startsWith("3.1");
            assertThat(document.at("/paths").has("/v1/chat/completions")).isTrue();
            assertThat(document.at("/paths").has("/ai/providers")).isTrue();
        }
    }

    @Test
    void neither_kotlin_nor_http_client_4_is_in_the_jar() {
        assertThat(jar.stream().map(JarEntry::getName))
                .noneMatch(name -> name.startsWith("kotlin/") || name.startsWith("org/apache/http/"));
    }

    @ParameterizedTest
    @CsvSource({"components, component", "languages, language", "data formats, dataformat"})
    void the_documentation_names_the_parts_of_camel(String named, String directory) throws Exception {
        String row = Files.readString(Path.of("docs/routes.md"))
                .lines()
                .filter(line -> line.startsWith("| " + named + " |"))
                .findFirst()
                .orElseThrow();
        String services = "META-INF/services/org/apache/camel/" + directory + "/";
        assertThat(Pattern.compile("`([^`]+)`").matcher(row).results().map(name -> name.group(1)))
                .containsExactlyElementsOf(jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.startsWith(services) && name.length() > services.length())
                        .map(name -> name.substring(services.length()))
                        .sorted()
                        .toList());
    }
}
