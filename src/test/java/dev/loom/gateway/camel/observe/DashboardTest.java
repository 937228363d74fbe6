package dev.loom.gateway.camel.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.observe.KnownTraffic.Series;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard and the alerts ask for nothing that the gateway does not measure. */
class DashboardTest {

    private static final Path RESOURCES = Path.of("src/main/resources");

    /** Prometheus adds these to what it scrapes. */
    private static final Set<String> ADDED = Set.of("job", "instance");

    /** What it takes more than one gateway for, or some minutes. TwoGatewaysTest and WebhooksTest see them measured. */
    private static final List<Series> MEASURED_ELSEWHERE = List.of(
            new Series("loom_ai_state_available", Map.of()),
            new Series("loom_ai_webhooks_total", Map.of("outcome", "failed")));

    private static List<Series> metrics;

    @BeforeAll
    static void traffic() throws Exception {
        metrics = KnownTraffic.scrape();
    }

    @Test
    void every_series_and_label_of_the_dashboard_is_measured() throws Exception {
        List<String> queries = dashboard().findValuesAsText("expr");
        assertThat(queries).hasSizeGreaterThan(20).allSatisfy(DashboardTest::isMeasured);
        assertThat(dashboard().findValuesAsText("legendFormat")).allSatisfy(legend -> Pattern.compile("\\{\\{(\\w+)}}")
                .matcher(legend)
                .results()
                .forEach(label -> assertThat(String.join(" ", queries)).contains(label.group(1))));
    }

    @Test
    void every_series_and_label_of_the_alerts_is_measured() throws Exception {
        assertThat(alerts().map(alert -> alert.get("expr").toString()))
                .hasSizeGreaterThan(10)
                .allSatisfy(DashboardTest::isMeasured);
    }

    @Test
    void every_series_of_the_gateway_is_on_the_dashboard() throws Exception {
        String queries = String.join("\n", dashboard().findValuesAsText("expr"));
        assertThat(metrics.stream()
                        .map(Series::name)
                        .filter(name -> name.startsWith("loom_ai_") && !name.endsWith("_max"))
                        .distinct())
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(queries).containsPattern(name + "\\b"));
    }

    @Test
    void its_data_source_and_its_providers_are_chosen_by_the_reader() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.at("/templating/list").findValuesAsText("name")).containsExactly("datasource", "provider");
        assertThat(dashboard.at("/templating/list/1/definition").asText())
                .isEqualTo("label_values(loom_ai_provider_health, provider)");
        assertThat(dashboard.findValues("datasource"))
                .hasSizeGreaterThan(20)
                .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
        assertThat(dashboard.findValuesAsText("expr"))
                .filteredOn(
                        query -> !query.matches(
                                ".*(loom_ai_finished_dropped_total|loom_ai_webhooks_total|loom_ai_usage_store_available|by \\(key).*"))
                .allSatisfy(query -> assertThat(query).contains("=~\"$provider\""));
    }

    @Test
    void panels_neither_overlap_nor_share_an_id() throws Exception {
        List<JsonNode> panels = Stream.of(dashboard().path("panels"))
                .flatMap(DashboardTest::elements)
                .toList();
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels.stream().flatMap(DashboardTest::cells)).doesNotHaveDuplicates();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Stream<String> cells(JsonNode panel) {
        JsonNode place = panel.path("gridPos");
        int x = place.path("x").asInt();
        int y = place.path("y").asInt();
        return IntStream.range(x, x + place.path("w").asInt()).boxed().flatMap(column -> IntStream.range(
                        y, y + place.path("h").asInt())
                .mapToObj(row -> column + "," + row));
    }

    /** Each selector matches a series, and what the query groups by is a label of one. */
    private static void isMeasured(String expression) {
        Query query = Query.parse(expression);
        assertThat(query.selectors()).as(expression).isNotEmpty().allSatisfy(selector -> assertThat(measured())
                .as("%s of %s", selector, expression)
                .anyMatch(series -> matches(selector, series)));
        Set<String> labels = measured()
                .filter(series -> query.selectors().stream()
                        .anyMatch(selector -> selector.series().equals(series.name())))
                .flatMap(series -> series.labels().keySet().stream())
                .collect(Collectors.toSet());
        labels.addAll(ADDED);
        assertThat(labels).as(expression).containsAll(query.labels());
    }

    private static Stream<Series> measured() {
        return Stream.concat(metrics.stream(), MEASURED_ELSEWHERE.stream());
    }

    private static boolean matches(Query.Selector selector, Series series) {
        return series.name().equals(selector.series())
                && selector.matchers().stream().allMatch(matcher -> matches(matcher, series.labels()));
    }

    private static boolean matches(Query.Matched matcher, Map<String, String> labels) {
        String value = labels.get(matcher.label());
        return value != null
                && switch (matcher.operator()) {
                    case "=" -> value.equals(matcher.value());
                    case "=~" -> value.matches(matcher.value().replace("$provider", ".*"));
                    default -> throw new AssertionError("not used so far: " + matcher);
                };
    }

    private static JsonNode dashboard() throws Exception {
        return Json.lenient(Files.readAllBytes(RESOURCES.resolve("grafana/dashboards/loom-ai-gateway.json")));
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> alerts() throws Exception {
        String rules = Files.readString(RESOURCES.resolve("prometheus/loom-ai-gateway.rules.yaml"));
        Map<String, List<Map<String, Object>>> file = (Map<String, List<Map<String, Object>>>)
                new Load(LoadSettings.builder().build()).loadFromString(rules);
        return file.get("groups").stream().flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream());
    }
}
