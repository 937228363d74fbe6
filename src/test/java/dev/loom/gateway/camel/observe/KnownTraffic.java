package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Requests after which every series of the gateway has a value, and what {@code /metrics} says then. */
public final class KnownTraffic {

    /** A line of {@code /metrics}. */
    public record Series(String name, Map<String, String> labels) {}

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private KnownTraffic() {}

    /** a refuses its key, b answers until its limit is reached, c streams until the client hangs up; a limit of an account refuses, and a webhook hears of it. */
    public static List<Series> scrape() throws Exception {
        try (FakeProvider a = FakeProvider.failing(401, "invalid_request_error", "invalid_api_key");
                FakeProvider b = FakeProvider.saying("x");
                FakeProvider c = FakeProvider.saying("x");
                FakeProvider hooks = new FakeProvider(call -> call.json(204, ""));
                TestGateway gateway = start(a, b, c, hooks)) {
            isFrom(gateway.chat(chat("gpt-4", false), "X-Org", "one"), "b", 2);
            isFrom(gateway.chat(chat("gpt-4", false), "X-Org", "two"), "c", 1);
            hangUp(gateway, c);
            assertThat(gateway.chat(chat("gpt-4", false), "X-Org", "one").statusCode())
                    .isEqualTo(429);
            Awaitility.await()
                    .until(() ->
                            gateway.get(gateway.adminUrl() + "/metrics").body().contains("loom_ai_webhooks_total"));
            return gateway.get(gateway.adminUrl() + "/metrics")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(KnownTraffic::series)
                    .toList();
        }
    }

    private static TestGateway start(FakeProvider a, FakeProvider b, FakeProvider c, FakeProvider hooks) {
        return TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                  - {name: b, type: openai, api_key: k, base_url: '%s', models: [gpt-4],
                     cost: {input_per_1k: 1, output_per_1k: 2}, rate_limit: {requests_per_minute: 1}}
                  - {name: c, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                token_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous,
                  limits: [{window: 1h, max_tokens: 1}], webhooks: [{url: 'http://127.0.0.1:%s/', allow_private: true}]}
                """
                        .formatted(a.url(), b.url(), c.url(), hooks.port()));
    }

    private static void hangUp(TestGateway gateway, FakeProvider provider) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        provider.behave(call -> {
            call.startStream();
            call.content("x");
            call.awaitClosed(closed);
        });
        try (RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            client.head();
            client.nextEvent();
        }
        assertThat(closed.await(60, SECONDS)).isTrue();
        Awaitility.await().until(() -> gateway.stats("c").path("in_flight").asInt() == 0);
    }

    private static Series series(String line) {
        Matcher matched = LINE.matcher(line);
        assertThat(matched.matches()).as(line).isTrue();
        Map<String, String> labels = new TreeMap<>();
        LABEL.matcher(matched.group(2) == null ? "" : matched.group(2))
                .results()
                .forEach(label -> labels.put(label.group(1), label.group(2)));
        return new Series(matched.group(1), labels);
    }
}
