package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.migration.LiteLlm;
import dev.loom.gateway.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.main.MainConfigurationProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of Camel's and Google's and others that are none: each is told with its name and what is wrong, and none is waited for. */
@Timeout(60)
class CamelFilesTest {

    @TempDir
    Path directory;

    private enum Kind {
        DIRECTORY("this is no regular file, but a directory"),
        PIPE("this is no regular file, but a pipe"),
        HUGE("at most 4 MB are read"),
        BINARY("");

        private final String message;

        Kind(String message) {
            this.message = message;
        }
    }

    private Path file(Kind kind, String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        switch (kind) {
            case DIRECTORY -> Files.createDirectory(file);
            case PIPE ->
                assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                        .isZero();
            case HUGE -> {
                try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
                    huge.setLength(100 << 20);
                }
            }
            case BINARY -> Files.write(file, new byte[] {0, (byte) 0xff, 1, 2});
        }
        return file;
    }

    private String validated() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Validation.run(
                        Installation.in(directory), List.of(), new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isEqualTo(1);
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void settings_of_camel_that_are_no_file_of_settings(Kind kind) throws Exception {
        file(kind, "application.properties");
        assertThat(validated()).contains("application.properties: ", kind == Kind.BINARY ? "no text" : kind.message);
    }

    @Test
    void an_escape_that_is_none_is_told_with_the_file() throws IOException {
        Path file = Files.writeString(directory.resolve("a.properties"), "a=\\uZZZZ");
        assertThatThrownBy(() -> CamelFiles.settings("file:" + file))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("a.properties: ");
    }

    @Test
    void settings_in_latin_letters_are_read() throws IOException {
        Path file = Files.write(
                directory.resolve("a.properties"), "# caf\u00e9\nx=\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(CamelFiles.settings("file:" + file)).containsEntry("x", "\u00e9");
    }

    @ParameterizedTest
    @EnumSource
    void a_kamelet_beside_those_of_the_jar(Kind kind) throws Exception {
        Files.createDirectory(directory.resolve("kamelets"));
        file(kind, "kamelets/mine.kamelet.yaml");
        assertThat(validated()).contains("mine.kamelet.yaml: ", kind == Kind.BINARY ? "not UTF-8" : kind.message);
    }

    private static MainConfigurationProperties tls(Path keys, String password) {
        MainConfigurationProperties main = new MainConfigurationProperties();
        main.sslConfig().setEnabled(true);
        main.sslConfig().setKeyStore(keys.toString());
        main.sslConfig().setKeystorePassword(password);
        return main;
    }

    @ParameterizedTest
    @EnumSource
    void a_key_store_that_is_none(Kind kind) throws Exception {
        Path file = file(kind, "keys.p12");
        assertThatThrownBy(() -> CamelFiles.checkKeyStores(tls(file, "x")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("camel.ssl.keyStore=" + file)
                .hasMessageContaining(kind == Kind.BINARY ? "cannot be opened" : kind.message);
    }

    @Test
    void a_key_store_is_opened_by_its_password_alone() throws Exception {
        Path keys =
                new TestCertificates(directory).make("server", "dns:localhost").keyStore();
        assertThatCode(() -> CamelFiles.checkKeyStores(tls(keys, TestCertificates.password())))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> CamelFiles.checkKeyStores(tls(keys, "wrong")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("check the file and its password");
    }

    @Test
    void a_key_store_on_the_class_path_is_left_to_camel() {
        assertThatCode(() -> CamelFiles.checkKeyStores(tls(Path.of("classpath-only.p12"), "x")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void a_configuration_to_be_imported(Kind kind) throws Exception {
        Path file = file(kind, "litellm.yaml");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(LiteLlm.run(file, print, print)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("litellm.yaml", kind == Kind.BINARY ? "not UTF-8" : kind.message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca_file", "cert_file", "key_file"})
    void a_huge_certificate_is_refused_with_its_name(String key) throws Exception {
        Path file = file(Kind.HUGE, "huge.pem");
        Path small =
                new TestCertificates(directory).make("client", "dns:client").certificate();
        String pair =
                key.equals("ca_file") ? "" : key.equals("cert_file") ? ", key_file: " + small : ", cert_file: " + small;
        Files.writeString(
                directory.resolve("ai-gateway.yaml"),
                "ai_gateway: {providers: [{name: p, type: openai, api_key: k, base_url: 'https://x', tls: {" + key
                        + ": " + file + pair + "}}]}");
        assertThat(validated()).contains("huge.pem", "at most 4 MB");
    }
}
