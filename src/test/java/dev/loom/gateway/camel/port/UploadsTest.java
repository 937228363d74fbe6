package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.RawHttp.Answer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that pass by way of a file: what becomes of it, and of its client, when they do not come whole. */
class UploadsTest {

    private static final String HEAD =
            "POST /v1/files HTTP/1.1\r\nHost: localhost\r\n" + "Content-Type: multipart/form-data; boundary=b\r\n";
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final String OURS = LeftFiles.PREFIX;

    private static final FakeProvider PROVIDER = FakeProvider.saying("fine");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(
                TestGateway.providers("", PROVIDER) + "server: {pass_through: [files], body_timeout: 500ms}\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        PROVIDER.close();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.filter(file -> file.getFileName().toString().startsWith(OURS))
                    .toList();
        }
    }

    /** Of this process, on Linux. */
    private static List<String> open() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(UploadsTest::target)
                    .filter(target -> target.contains(OURS))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed in the meantime
        }
    }

    @Test
    void clients_that_leave_at_any_moment_leave_no_file_and_no_descriptor() throws IOException {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 400; i++) {
                try (RawHttp client = new RawHttp(gateway.port())) {
                    client.send(HEAD + "Content-Length: 50000\r\n\r\n--b\r\n" + "x".repeat(i * 10));
                }
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(files()).isEmpty();
                assertThat(open()).isEmpty();
            });
            assertThat(log.text()).doesNotContain("ERROR", "failed on an event loop");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "408, 'Content-Length: 50000', '--b'",
        "408, 'Transfer-Encoding: chunked', '5|hello|'",
        "400, 'Transfer-Encoding: chunked', 'zz|'",
        "400, 'Transfer-Encoding: chunked', '5|hello|zz|'",
        "400, 'Transfer-Encoding: chunked', '5|hello|0|bad||'",
    })
    void what_does_not_come_whole_is_told_so(int status, String framing, String body) throws IOException {
        try (RawHttp client = new RawHttp(gateway.port())) {
            client.send(HEAD + framing + "\r\n\r\n" + body.replace("|", "\r\n"));
            Answer answer = client.read();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(client.isClosed()).isTrue();
        }
        await().untilAsserted(() -> assertThat(files()).isEmpty());
    }

    @Test
    void what_a_killed_process_has_left_is_deleted_at_the_next_start(@TempDir Path folder) throws IOException {
        String nobody = LeftFiles.PREFIX.replaceFirst("-\\d+-$", "-" + Integer.MAX_VALUE + "-");
        Path left = Files.createFile(folder.resolve(nobody + "4711.body"));
        Path elsewhere = Files.createFile(folder.resolve("loom-1-1-4711.body"));
        Path longAgo = Files.createFile(folder.resolve("loom-1-1-4712.body"));
        Files.setLastModifiedTime(longAgo, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path ours = Files.createFile(folder.resolve(LeftFiles.PREFIX + "4711.body"));
        Path another = Files.createFile(folder.resolve("loom-notes.body"));
        Path odd = Files.createFile(folder.resolve("loom-1-" + "9".repeat(30) + "-1.body"));
        LeftFiles.clear(folder, Instant.now());
        assertThat(left).doesNotExist();
        assertThat(longAgo).doesNotExist();
        assertThat(List.of(elsewhere, ours, another, odd))
                .allSatisfy(file -> assertThat(file).exists());
    }
}
