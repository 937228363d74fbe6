package dev.loom.gateway.simulation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All scenarios under all strategies, as files: a Markdown text and charts. The same on every machine and every Java. */
final class Report {

    static final List<String> STRATEGIES = List.of("priority", "round_robin", "weighted", "cost", "latency", "model");

    /** The scenario that shows best what a strategy does. */
    private static final Map<String, String> SHOWN_IN = Map.of(
            "priority", "Fast 503s",
            "round_robin", "One slow",
            "weighted", "Comes back cold",
            "cost", "A limit is reached",
            "latency", "Slow, then recovers",
            "model", "Removed live");

    private static final String TABLE_HEAD =
            """
            | strategy | answered | latency p50 | p95 | first token p50 | p95 | cost | a / b / c | failovers | wasted |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
            """;

    private final Map<Scenario, Map<String, Result>> results = new LinkedHashMap<>();

    static Report run() {
        Report report = new Report();
        for (Scenario scenario : Scenarios.all()) {
            Map<String, Result> byStrategy = new LinkedHashMap<>();
            STRATEGIES.forEach(strategy -> byStrategy.put(strategy, Simulation.run(scenario, strategy)));
            report.results.put(scenario, byStrategy);
        }
        return report;
    }

    Map<Scenario, Map<String, Result>> results() {
        return results;
    }

    /** The tables, one for each scenario. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        results.forEach((scenario, byStrategy) -> {
            text.append("## ").append(scenario.name()).append("\n\n").append(scenario.story());
            text.append("\n\n![")
                    .append(scenario.name())
                    .append("](charts/")
                    .append(file(scenario))
                    .append(")\n\n");
            text.append(TABLE_HEAD);
            byStrategy.forEach((strategy, result) -> text.append(row(strategy, result)));
            text.append('\n');
        });
        return text.toString();
    }

    /** File name to SVG. */
    Map<String, String> charts() {
        Map<String, String> charts = new LinkedHashMap<>();
        results.forEach((scenario, byStrategy) ->
                charts.put(file(scenario), new Chart(3, 240, 90).draw(scenario.name(), byStrategy)));
        results.forEach((scenario, byStrategy) -> byStrategy.forEach((strategy, result) -> {
            if (scenario.name().equals(SHOWN_IN.get(strategy))) {
                String heading = strategy + ": " + scenario.name();
                charts.put(
                        "strategy-" + strategy + ".svg", new Chart(1, 600, 150).draw(heading, Map.of(heading, result)));
            }
        }));
        return charts;
    }

    private static String file(Scenario scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg";
    }

    /** One line of a table. */
    static String row(String strategy, Result result) {
        return "| %s | %s %% | %d ms | %d ms | %d ms | %d ms | $%s | %d / %d / %d %% | %d | %d |\n"
                .formatted(
                        strategy,
                        fixed(100 * result.successRate()),
                        result.latency(50),
                        result.latency(95),
                        result.firstToken(50),
                        result.firstToken(95),
                        fixed(result.costUsd()),
                        Math.round(100 * result.share("a")),
                        Math.round(100 * result.share("b")),
                        Math.round(100 * result.share("c")),
                        result.failovers(),
                        result.wasted());
    }

    /** Two places. Made of whole numbers, because Java's own rounding of decimals has changed between versions. */
    private static String fixed(double value) {
        long hundredths = Math.round(value * 100);
        return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10;
    }
}
