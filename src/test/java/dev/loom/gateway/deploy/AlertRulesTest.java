package dev.loom.gateway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus' own tool says of the alert rules and of the dashboard's queries. */
class AlertRulesTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    @BeforeAll
    static void promtool() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
        assumeTrue(found, "There is no promtool: the alert rules are not checked. Debian has it in 'prometheus'.");
    }

    @Test
    void the_rules_are_well_formed() throws Exception {
        promtool("check", "rules", RESOURCES + "/prometheus/loom-ai-gateway.rules.yaml");
    }

    @Test
    void every_alert_comes_when_it_should_and_not_before() throws Exception {
        String tests = "src/test/prometheus/loom-ai-gateway.test.yaml";
        promtool("test", "rules", tests);
        assertThat(Manifests.read(Path.of(tests)).findValuesAsText("alertname"))
                .containsAll(Manifests.read(RESOURCES.resolve("prometheus/loom-ai-gateway.rules.yaml"))
                        .findValuesAsText("alert"));
    }

    /** As recording rules, with values for Grafana's variables. */
    @Test
    void the_queries_of_the_dashboard_are_well_formed(@TempDir Path directory) throws Exception {
        JsonNode dashboard = Manifests.read(RESOURCES.resolve("grafana/dashboards/loom-ai-gateway.json"));
        List<String> queries = dashboard.findValuesAsText("expr");
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            String query = queries.get(i).replace("$__rate_interval", "5m").replace("$provider", ".*");
            rules.append("  - {record: query_%d, expr: '%s'}\n".formatted(i, query));
        }
        promtool(
                "check",
                "rules",
                Files.writeString(directory.resolve("rules.yaml"), rules).toString());
    }

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
