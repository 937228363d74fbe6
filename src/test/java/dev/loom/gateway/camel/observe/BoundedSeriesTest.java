package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a client can say makes no new time series: not its models, not its paths, not its headers. */
class BoundedSeriesTest {

    private static final int MANY = 1000;

    private static Set<String> series(TestGateway gateway) {
        return gateway.get(gateway.adminUrl() + "/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** One request of each kind: a model that a wildcard takes, one that nobody serves, a path that is none. */
    private static void ask(TestGateway gateway, int number) {
        String[] headers = {
            "User-Agent",
            "agent-" + number,
            "x-request-id",
            "id-" + number,
            "traceparent",
            "00-%032x-%016x-01".formatted(number + 1, number + 1),
            "x-weird-" + number,
            "ü\"\\{}" + number
        };
        gateway.chat(chat("gpt-" + number + "{}=\\\"", false), headers);
        gateway.chat(chat("unknown-" + number, false), headers);
        gateway.get(gateway.url() + "/v1/unknown/" + number + "?model=" + number);
        gateway.get(gateway.adminUrl() + "/ai/providers/nobody-" + number);
    }

    @Test
    void a_thousand_names_of_models_paths_and_headers_make_no_series() {
        try (FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway = TestGateway.start(
                        "providers: [{name: a, type: openai, api_key: k, base_url: '%s', models: ['gpt-*']}]"
                                .formatted(provider.url()))) {
            ask(gateway, 0);
            Set<String> before = series(gateway);
            for (int number = 1; number <= MANY; number++) {
                ask(gateway, number);
            }
            assertThat(provider.requests()).hasSize(MANY + 1);
            assertThat(series(gateway)).isEqualTo(before);
            assertThat(before).contains("loom_ai_requests_total{model=\"other\",provider=\"a\",status=\"success\"}");
        }
    }
}
