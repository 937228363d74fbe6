package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Small sums of money are no riddles: {@code 0.00000056}, not {@code 5.6E-7}. */
class PlainFiguresTest {

    private static final String CHEAP =
            """
            providers:
              - name: sim
                type: simulator
                models: [gpt-4]
                cost: {input_per_1k: 0.00001, output_per_1k: 0.00002}
                simulator: {latency: 1ms, tokens_per_second: 100000}
            routing: {strategy: cost}
            token_accounting: {enabled: true, cost_limits: [{window: 1h, max_cost: 0.0009}]}
            """;

    @Test
    void no_view_of_the_admin_port_has_an_exponent_in_a_figure() {
        try (TestGateway gateway = TestGateway.start(CHEAP)) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(200);
            await().until(() -> gateway.admin("/ai/usage?key=anonymous")
                            .at("/usage/requests")
                            .asInt()
                    == 1);
            Map<String, String> views = views(gateway);
            assertThat(views).hasSizeGreaterThan(10);
            assertThat(views.get("/ai/usage")).containsPattern("\"cost_usd\":0\\.000000[1-9]\\d*,");
            assertThat(views).allSatisfy((path, body) -> assertThat(body)
                    .doesNotContainPattern("[:\\[,]\\s*-?\\d+(\\.\\d+)?[eE][-+]?\\d"));
        }
    }

    private static Map<String, String> views(TestGateway gateway) {
        List<String> paths = new ArrayList<>();
        gateway.admin("/openapi.json").path("paths").properties().forEach(path -> {
            JsonNode said = path.getValue();
            if (said.has("get") && said.at("/servers/0/url").asText().endsWith(":9091")) {
                paths.add(path.getKey());
            }
        });
        Map<String, String> views = new TreeMap<>();
        paths.forEach(path -> views.put(
                path,
                gateway.get(gateway.adminUrl() + path.replace("{name}", "sim")).body()));
        views.remove("/openapi.json");
        views.keySet().removeIf(path -> path.contains("metrics"));
        views.put("explain", explained(gateway));
        return views;
    }

    private static String explained(TestGateway gateway) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/route/explain"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(chat("gpt-4", false))))
                .body();
    }
}
