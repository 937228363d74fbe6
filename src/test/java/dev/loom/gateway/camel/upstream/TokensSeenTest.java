package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was delivered is accounted, however a stream ends and whatever the provider counts. */
class TokensSeenTest {

    private static final String TEXT = "x".repeat(400);
    private static final String START =
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\","
                    + "\"model\":\"claude\",\"content\":[],\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
                    + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                    + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                    + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                    + "\"delta\":{\"type\":\"text_delta\",\"text\":\"" + TEXT + "\"}}\n\n";
    private static final String STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private static JsonNode tokens(String type, boolean stream, FakeProvider.Behaviour behaviour) {
        try (FakeProvider provider = new FakeProvider(behaviour);
                TestGateway gateway = TestGateway.start(
                        TestGateway.providers("", provider).replace("type: openai", "type: " + type))) {
            gateway.chat(chat("gpt-4", stream));
            return gateway.stats("a").path("tokens");
        }
    }

    @Test
    void a_stream_that_breaks_counts_its_text_and_not_its_chunks() {
        JsonNode tokens = tokens("openai", true, call -> {
            call.startStream();
            call.content(TEXT);
            call.cut();
        });
        assertThat(tokens.path("output").asInt()).isEqualTo(100);
        assertThat(tokens.path("input").asInt()).isPositive();
    }

    @Test
    void a_stream_without_usage_is_estimated_by_its_text() {
        JsonNode tokens = tokens("openai", true, call -> {
            call.startStream();
            for (int i = 0; i < 400; i++) {
                call.content("x");
            }
            call.chunk("{}", "stop");
            call.done();
        });
        assertThat(tokens.path("output").asInt()).isEqualTo(100);
    }

    @Test
    void a_whole_answer_without_usage_counts_by_what_it_says() {
        JsonNode tokens = tokens(
                "openai",
                false,
                call -> call.json(
                        200,
                        "{\"choices\":[{\"message\":{\"content\":\"" + TEXT + "\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(tokens.path("output").asInt()).isEqualTo(100);
    }

    @Test
    void the_count_of_message_start_is_not_used_if_more_was_seen() {
        JsonNode broken = tokens("anthropic", true, call -> {
            call.startStream();
            call.write(START);
            call.cut();
        });
        assertThat(broken.path("output").asInt()).isEqualTo(100);
        assertThat(broken.path("input").asInt()).isEqualTo(25);
        JsonNode ended = tokens("anthropic", true, call -> {
            call.startStream();
            call.write(START + STOP);
            call.endStream();
        });
        assertThat(ended.path("output").asInt()).isEqualTo(100);
        assertThat(ended.path("input").asInt()).isEqualTo(25);
    }

    @Test
    void a_providers_count_wins_over_less_that_was_seen_and_where_it_counts_to_the_end() {
        JsonNode broken = tokens("openai", true, call -> {
            call.startStream();
            call.event("{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + TEXT
                    + "\"},\"finish_reason\":null}]," + "\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":250}}");
            call.cut();
        });
        assertThat(broken.path("output").asInt()).isEqualTo(250);
        assertThat(broken.path("input").asInt()).isEqualTo(30);
        JsonNode ended = tokens("openai", true, call -> {
            call.startStream();
            call.content(TEXT);
            call.chunk("{}", "stop");
            call.event("{\"choices\":[],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":50}}");
            call.done();
        });
        assertThat(ended.path("output").asInt()).isEqualTo(50);
    }

    /** The largest figures of JSON numbers, and one more than there can be. */
    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "10000001"})
    void a_count_that_cannot_be_is_not_believed(String count) {
        String usage = "\"usage\":{\"prompt_tokens\":" + count + ",\"completion_tokens\":" + count + "}";
        String message =
                "{\"choices\":[{\"message\":{\"content\":\"" + TEXT + "\"},\"finish_reason\":\"stop\"}]," + usage + "}";
        estimated(tokens("openai", false, call -> call.json(200, message)));
        estimated(tokens("openai", true, call -> call.json(200, message)));
        estimated(tokens("openai", true, call -> {
            call.startStream();
            call.content(TEXT);
            call.chunk("{}", "stop");
            call.event("{\"choices\":[]," + usage + "}");
            call.done();
        }));
        estimated(tokens("anthropic", true, call -> {
            call.startStream();
            call.write(START.replace("\"output_tokens\":1", "\"output_tokens\":" + count)
                    .replace("\"input_tokens\":25", "\"input_tokens\":" + count));
            call.write(STOP);
            call.endStream();
        }));
    }

    private static void estimated(JsonNode tokens) {
        assertThat(tokens.path("output").asInt()).isEqualTo(100);
        assertThat(tokens.path("input").asInt()).isBetween(1, 25);
    }

    @Test
    void what_passes_with_a_count_that_cannot_be_has_none() {
        try (FakeProvider provider = new FakeProvider(call -> call.json(
                        200,
                        "{\"results\":[],\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":1}}"));
                TestGateway gateway = TestGateway.over(provider)) {
            HttpRequest.Builder request = Http.post(
                    gateway.url() + "/v1/rerank", "{\"model\":\"gpt-4\",\"query\":\"a\",\"documents\":[\"b\"]}");
            assertThat(gateway.send(request).statusCode()).isEqualTo(200);
            assertThat(gateway.stats("a").at("/tokens/input").asLong()).isLessThan(100);
        }
    }

    @Test
    void a_client_that_leaves_pays_for_what_it_got() throws Exception {
        try (FakeProvider provider = new FakeProvider(call -> {
                    call.startStream();
                    call.content(TEXT);
                    call.awaitClosed();
                });
                TestGateway gateway = TestGateway.over(provider)) {
            RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true));
            client.head();
            client.nextEvent();
            client.close();
            Awaitility.await().until(() -> gateway.stats("a").path("in_flight").asInt() == 0);
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isEqualTo(100);
        }
    }

    @Test
    void embeddings_without_usage_have_no_output() {
        try (FakeProvider provider = new FakeProvider(
                        call -> call.json(
                                200,
                                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,2,3]}]}"));
                TestGateway gateway = TestGateway.over(provider)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/embeddings"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"gpt-4\",\"input\":\"hello\",\"encoding_format\":\"float\"}"));
            assertThat(gateway.send(request).statusCode()).isEqualTo(200);
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isZero();
        }
    }
}
