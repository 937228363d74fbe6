package dev.loom.gateway.deploy;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The unit runs what the container runs, and gives it the time and the descriptors that it needs. */
@NullUnmarked
class SystemdUnitTest {

    private static final Path UNIT = Path.of("src/main/systemd/loom-ai-gateway.service");

    private static Map<String, List<String>> unit;

    @BeforeAll
    static void read() throws Exception {
        unit = Files.readAllLines(UNIT).stream()
                .filter(line -> line.matches("\\w+=.*"))
                .map(line -> line.split("=", 2))
                .collect(groupingBy(pair -> pair[0], mapping(pair -> pair[1], toList())));
    }

    private static String only(String key) {
        assertThat(unit.get(key)).as(key).hasSize(1);
        return unit.get(key).get(0);
    }

    @Test
    void it_runs_the_command_of_the_container() throws Exception {
        JsonNode entrypoint =
                Manifests.parse(Image.dockerfile().get("ENTRYPOINT").get(0));
        assertThat(entrypoint).hasSize(1);
        assertThat(only("ExecStart")).isEqualTo(entrypoint.get(0).asText());
        assertThat(only("WorkingDirectory"))
                .isEqualTo(Image.dockerfile().get("WORKDIR").get(0));
        assertThat(only("User")).isNotEqualTo("root");
    }

    @Test
    void a_stop_has_the_time_that_the_gateway_takes_at_most() throws Exception {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("application.properties"))));
        int shutdown = Integer.parseInt(settings.getProperty("camel.main.shutdownTimeout"));
        assertThat(Integer.parseInt(only("TimeoutStopSec"))).isGreaterThanOrEqualTo(shutdown + 5);
        assertThat(only("KillSignal")).isEqualTo("SIGTERM");
    }

    @Test
    void it_has_descriptors_for_thousands_of_streams_and_a_bound_for_its_memory() {
        assertThat(Integer.parseInt(only("LimitNOFILE"))).isGreaterThanOrEqualTo(65_536);
        assertThat(only("MemoryMax")).matches("\\d+G");
    }

    @Test
    void systemd_knows_every_line_of_it() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "systemd-analyze"))),
                "There is no systemd-analyze: the unit is only read.");
        Process process = new ProcessBuilder("systemd-analyze", "verify", "--man=no", UNIT.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(output.lines()
                        .filter(line -> line.contains("loom-ai-gateway"))
                        .filter(line -> !line.contains("Command " + only("ExecStart") + " is not executable")))
                .as("all but that it is not installed here")
                .isEmpty();
    }
}
