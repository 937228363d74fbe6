package dev.loom.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients are tried against: a gateway with one key, and a provider with three models. {@code gpt-4} says hello, calls
 * the weather where it may, and fits its answer to a schema; {@code limited} refuses every second request with 429;
 * {@code slow} never comes to an end.
 */
final class ClientsProvider implements AutoCloseable {

    static final String KEY = "client-key";

    private static final String CALL =
            """
            {"id":"chatcmpl-2","object":"chat.completion","created":1700000000,"model":"fake","choices":[{"index":0,
            "message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":
            {"name":"weather","arguments":"{\\"city\\":\\"Rome\\"}"}}]},"finish_reason":"tool_calls"}],
            "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""";

    private static final String VECTORS =
            """
            {"object":"list","model":"fake","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]}],
            "usage":{"prompt_tokens":1,"total_tokens":1}}""";

    private final AtomicInteger limited = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private final FakeProvider provider = new FakeProvider(this::answer);
    private final TestGateway gateway =
            TestGateway.start("providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: '"
                    + provider.url() + "', models: [gpt-4, limited, slow]}\n"
                    + "server: {api_keys: [{key: " + KEY + ", name: ann}]}\n");

    String url() {
        return gateway.url();
    }

    /** Streams that their clients have left. */
    int aborted() {
        return aborted.get();
    }

    private void answer(FakeProvider.Call call) throws IOException, InterruptedException {
        JsonNode asked = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8));
        String model = asked.path("model").asText();
        boolean answered = asked.findValuesAsText("role").contains("tool");
        if (call.request().path().endsWith("/embeddings")) {
            call.json(200, VECTORS);
        } else if (model.equals("slow")) {
            call.startStream();
            call.content("hel");
            try {
                call.awaitClosed();
            } finally {
                aborted.incrementAndGet();
            }
        } else if (model.equals("limited") && limited.getAndIncrement() % 2 == 0) {
            call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "1");
        } else if (asked.has("tools")
                && !answered
                && !asked.path("tool_choice").asText().equals("none")) {
            call.json(200, CALL);
        } else if (asked.at("/response_format/type").asText().equals("json_schema")) {
            call.completion("{\\\"city\\\":\\\"Rome\\\"}");
        } else {
            call.completion("hello");
        }
    }

    @Override
    public void close() {
        gateway.close();
        provider.close();
    }
}
