package dev.loom.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds what is committed under {@code docs/} against a new run, so that a change of a strategy is a visible change of
 * the report. {@code mvn -q test -Dtest=SimulationReportTest -Dloom.report=write} writes it anew.
 */
class SimulationReportTest {

    private static final Path DOCUMENT = Path.of("docs/simulation.md");
    private static final Path CHARTS = Path.of("docs/charts");
    private static final String MARK = "<!-- What follows is generated. -->\n\n";
    private static final String HINT =
            "If the change is intended: mvn -q test -Dtest=SimulationReportTest -Dloom.report=write";

    private static Report report;

    @BeforeAll
    static void run() throws IOException {
        report = Report.run();
        if ("write".equals(System.getProperty("loom.report"))) {
            Files.createDirectories(CHARTS);
            Files.writeString(DOCUMENT, foreword() + MARK + report.markdown());
            for (Map.Entry<String, String> chart : report.charts().entrySet()) {
                Files.writeString(CHARTS.resolve(chart.getKey()), chart.getValue());
            }
        }
    }

    /** What people have written above the tables. */
    private static String foreword() throws IOException {
        String text = Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "# Simulation\n\n";
        return text.split(MARK, 2)[0];
    }

    @Test
    void the_committed_tables_are_those_of_this_run() throws Exception {
        assertThat(Files.readString(DOCUMENT)).as(HINT).isEqualTo(foreword() + MARK + report.markdown());
    }

    @Test
    void the_committed_charts_are_those_of_this_run() throws Exception {
        for (Map.Entry<String, String> chart : report.charts().entrySet()) {
            assertThat(CHARTS.resolve(chart.getKey())).as(HINT).hasContent(chart.getValue());
        }
    }

    @Test
    void nothing_that_was_taken_for_a_request_is_lost() {
        report.results()
                .forEach((scenario, byStrategy) -> byStrategy.forEach((strategy, result) -> assertThat(result.leaked())
                        .as("%s, %s", scenario.name(), strategy)
                        .isFalse()));
    }

    @Test
    void where_one_provider_is_in_trouble_and_streams_do_not_break_every_request_is_answered() {
        report.results().forEach((scenario, byStrategy) -> {
            boolean lossy =
                    scenario.name().startsWith("All down") || scenario.name().startsWith("Streams");
            byStrategy.forEach((strategy, result) -> assertThat(result.successRate())
                    .as("%s, %s", scenario.name(), strategy)
                    .isGreaterThanOrEqualTo(lossy ? 0.75 : 1));
        });
    }

    @Test
    void weights_and_turns_are_exact_on_a_steady_day() {
        assertThat(shares("Steady", "weighted")).isEqualTo("60/30/10");
        assertThat(shares("Steady", "round_robin")).isEqualTo("33/33/33");
    }

    @Test
    void latency_is_never_much_worse_than_turns_where_one_provider_is_slow() {
        assertThat(result("One slow", "latency").latency(95))
                .isLessThan(result("One slow", "round_robin").latency(95) / 3);
        assertThat(result("Herd", "latency").latency(95))
                .isLessThan(result("Herd", "round_robin").latency(95) * 5 / 4);
    }

    @Test
    void cost_is_the_cheapest_where_prices_depend_on_the_request() {
        double cost = result("Uneven prices", "cost").costUsd();
        for (String strategy : Report.STRATEGIES) {
            assertThat(cost)
                    .isLessThanOrEqualTo(result("Uneven prices", strategy).costUsd());
        }
    }

    private static Result result(String scenario, String strategy) {
        return report.results().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(scenario))
                .map(entry -> entry.getValue().get(strategy))
                .findFirst()
                .orElseThrow();
    }

    private static String shares(String scenario, String strategy) {
        Result result = result(scenario, strategy);
        return Math.round(100 * result.share("a"))
                + "/" + Math.round(100 * result.share("b"))
                + "/" + Math.round(100 * result.share("c"));
    }
}
