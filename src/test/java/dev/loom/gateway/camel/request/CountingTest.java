package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.OpenAiVoice;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.Voice;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every language of clients, at providers of every language, translated or passed as it came, whole, streamed and left in the
 * middle: each request counts once, and the sums of accounts are those of providers.
 */
class CountingTest {

    private static final String TURNS = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final List<String> SURFACES =
            List.of("chat", "completions", "responses", "messages", "gemini", "azure");

    /** Of OpenAI, of one with responses of its own, of Anthropic, of Google. */
    private static final List<String> MODELS = List.of("o", "r", "c", "g");

    private static final String RESPONSE =
            "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":"
                    + "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"word\"}]}],"
                    + "\"usage\":{\"input_tokens\":5,\"output_tokens\":7,\"total_tokens\":12}}";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static TestGateway start(FakeProvider provider) {
        String own = ", base_url: '" + provider.url() + "'";
        return TestGateway.start("providers:\n  - {name: o, type: openai, api_key: k, models: [o, dall-e]" + own
                + "}\n  - {name: r, type: openai, api_key: k, models: [{name: r, surfaces: [chat, responses]}]" + own
                + "}\n  - {name: c, type: anthropic, api_key: k, models: [c]" + own
                + "}\n  - {name: g, type: gemini, api_key: k, models: [g]" + own.replace("/v1'", "'")
                + "}\ntoken_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous}\n");
    }

    private static String path(String surface, String model, boolean stream) {
        return switch (surface) {
            case "chat" -> "/v1/chat/completions";
            case "azure" -> "/openai/deployments/" + model + "/chat/completions?api-version=1";
            case "gemini" ->
                "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
            default -> "/v1/" + surface;
        };
    }

    private static String body(String surface, String model, boolean stream) {
        String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
        return switch (surface) {
            case "completions" -> head + "\"prompt\":\"hi\"}";
            case "responses" -> head + "\"input\":\"hi\"}";
            case "messages" -> head + "\"max_tokens\":9," + TURNS + "}";
            case "gemini" -> "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
            default -> head + TURNS + "}";
        };
    }

    private static boolean isStream(FakeProvider.Request asked) {
        return asked.path().contains("streamGenerate") || asked.body().contains("\"stream\":true");
    }

    private static List<String> events(String path) {
        if (path.contains("/responses")) {
            String delta = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                    + "\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"word\"}\n\n";
            return List.of(
                    delta,
                    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":" + RESPONSE
                            + "}\n\n");
        }
        return voice(path).events(Said.text("word", "stop"));
    }

    private static Voice voice(String path) {
        return path.contains("/messages")
                ? new AnthropicVoice()
                : path.contains("enerateContent") ? new GeminiVoice(true) : new OpenAiVoice();
    }

    private static void answer(FakeProvider.Call call) throws IOException {
        String path = call.request().path();
        if (isStream(call.request())) {
            call.startStream();
            for (String event : events(path)) {
                call.write(event);
            }
            call.endStream();
        } else if (path.contains("/responses")) {
            call.json(200, RESPONSE);
        } else if (path.contains("/images")) {
            call.json(200, "{\"data\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}");
        } else {
            call.json(200, voice(path).answer(Said.text("word", "stop")));
        }
    }

    /** Says the word, and no more. */
    private static void stay(FakeProvider.Call call) throws IOException {
        call.startStream();
        for (String event : events(call.request().path())) {
            call.write(event);
            if (event.contains("word")) {
                call.awaitClosed();
                return;
            }
        }
    }

    private HttpResponse<InputStream> ask(TestGateway gateway, String account, String path, String body) {
        try {
            return client.send(
                    Http.post(gateway.url() + path, body)
                            .header("X-Org", account)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode usage(TestGateway gateway, String account) {
        await(account)
                .until(() -> gateway.admin("/ai/usage?key=" + account)
                                .at("/usage/requests")
                                .asInt()
                        > 0);
        return gateway.admin("/ai/usage?key=" + account).path("usage");
    }

    @Test
    void each_answer_counts_once_and_with_the_figures_of_its_provider() throws Exception {
        List<String> accounts = new ArrayList<>(List.of("images"));
        try (FakeProvider provider = new FakeProvider(CountingTest::answer);
                TestGateway gateway = start(provider)) {
            ask(gateway, "images", "/v1/images/generations", "{\"model\":\"dall-e\",\"prompt\":\"x\"}")
                    .body()
                    .readAllBytes();
            for (String surface : SURFACES) {
                for (String model : MODELS) {
                    for (boolean stream : new boolean[] {false, true}) {
                        String account = surface + "-" + model + (stream ? "-stream" : "");
                        HttpResponse<InputStream> answer =
                                ask(gateway, account, path(surface, model, stream), body(surface, model, stream));
                        String text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
                        assertThat(answer.statusCode()).as(account + text).isEqualTo(200);
                        accounts.add(account);
                    }
                }
            }
            for (String account : accounts) {
                JsonNode usage = usage(gateway, account);
                assertThat(usage.path("requests").asInt()).as(account).isEqualTo(1);
                assertThat(usage.path("input_tokens").asInt()).as(account).isEqualTo(Said.PROMPT_TOKENS);
                assertThat(usage.path("output_tokens").asInt()).as(account).isEqualTo(Said.COMPLETION_TOKENS);
            }
            sumsAreEqual(gateway);
        }
    }

    @Test
    void who_leaves_in_the_middle_pays_once_for_what_came() throws Exception {
        List<String> accounts = new ArrayList<>();
        try (FakeProvider provider = new FakeProvider(CountingTest::stay);
                TestGateway gateway = start(provider)) {
            for (String surface : SURFACES) {
                for (String model : MODELS) {
                    String account = surface + "-" + model;
                    leave(ask(gateway, account, path(surface, model, true), body(surface, model, true)));
                    accounts.add(account);
                }
            }
            for (String account : accounts) {
                JsonNode usage = usage(gateway, account);
                assertThat(usage.path("requests").asInt()).as(account).isEqualTo(1);
                assertThat(usage.path("input_tokens").asInt()).as(account).isPositive();
                assertThat(usage.path("output_tokens").asInt()).as(account).isPositive();
            }
            sumsAreEqual(gateway);
        }
    }

    private static void leave(HttpResponse<InputStream> answer) throws IOException {
        StringBuilder got = new StringBuilder();
        try (InputStream body = answer.body()) {
            while (got.indexOf("word") < 0) {
                int next = body.read();
                assertThat(next).as(got.toString()).isNotNegative();
                got.append((char) next);
            }
        }
    }

    private static void sumsAreEqual(TestGateway gateway) {
        for (String kind : List.of("input", "output")) {
            long ofProviders = MODELS.stream()
                    .mapToLong(name -> gateway.stats(name).at("/tokens/" + kind).asLong())
                    .sum();
            assertThat(gateway.admin("/ai/usage")
                            .at("/usage/" + kind + "_tokens")
                            .asLong())
                    .isEqualTo(ofProviders);
        }
    }
}
