package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code source: estimate}: an account pays for what the gateway counts, not for what the provider says. */
class OwnCountTest {

    /** OpenAI's framing of one message and of the answer, and "hello". */
    private static final int PROMPT = 3 + 3 + 1;

    /** Of "one two three four". */
    private static final int ANSWER = 4;

    /** It says that it used 5 and 7 tokens, whole; streamed it says nothing. */
    private final FakeProvider provider = FakeProvider.saying("one two three four");

    @AfterEach
    void stop() {
        provider.close();
    }

    private TestGateway start(String accounting) {
        return TestGateway.start(providers("cost: {input_per_1k: 1, output_per_1k: 10}", provider)
                + "token_accounting: {enabled: true, " + accounting + "}\n");
    }

    private static JsonNode usage(TestGateway gateway, int requests) {
        Awaitility.await()
                .until(() -> gateway.admin("/ai/usage").at("/usage/requests").asInt() == requests);
        return gateway.admin("/ai/usage").path("usage");
    }

    @ParameterizedTest
    @CsvSource({
        "source: response, 5, 7",
        "source: estimate, 7, 4",
        "input_source: estimate, 7, 7",
        "output_source: estimate, 5, 4",
        "'source: estimate, input_source: response', 5, 4"
    })
    void each_side_counts_by_its_own_source(String source, int input, int output) {
        try (TestGateway gateway = start(source)) {
            gateway.chat(chat("gpt-4", false));
            JsonNode usage = usage(gateway, 1);

            assertThat(usage.path("input_tokens").asInt()).isEqualTo(input);
            assertThat(usage.path("output_tokens").asInt()).isEqualTo(output);
            assertThat(usage.path("cost_usd").asDouble()).isEqualTo((input + 10 * output) / 1000.0);
            assertThat(gateway.stats("a").at("/tokens/output").asInt()).isEqualTo(7);
        }
    }

    @Test
    void a_stream_counts_by_the_text_that_it_brings() {
        try (TestGateway gateway = start("source: estimate, limits: [{window: 1h, max_tokens: 100}]")) {
            provider.behave(call -> {
                call.startStream();
                call.content("one two");
                call.content(" three four");
                call.chunk("{}", "stop");
                call.event("{\"choices\":[],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":50}}");
                call.done();
            });
            gateway.chat(chat("gpt-4", true));
            JsonNode usage = usage(gateway, 1);

            assertThat(usage.path("input_tokens").asInt()).isEqualTo(PROMPT);
            assertThat(usage.path("output_tokens").asInt()).isEqualTo(ANSWER);
            assertThat(gateway.admin("/ai/usage?key=anonymous")
                            .at("/limits/tokens_remaining")
                            .asInt())
                    .isEqualTo(100 - PROMPT - ANSWER);
        }
    }

    @Test
    void a_client_that_leaves_pays_for_the_text_that_it_got() throws Exception {
        try (TestGateway gateway = start("source: estimate")) {
            provider.behave(call -> {
                call.startStream();
                call.content("one two three four");
                call.awaitClosed();
            });
            RawClient client = RawClient.post(gateway.port(), chat("gpt-4", true));
            client.head();
            client.nextEvent();
            client.close();

            assertThat(usage(gateway, 1).path("output_tokens").asInt()).isEqualTo(ANSWER);
        }
    }

    @Test
    void the_arguments_of_tools_are_text_too() {
        try (TestGateway gateway = start("output_source: estimate, tokenizer: o200k_base")) {
            provider.behave(call -> call.json(
                    200,
                    "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":"
                            + "{\"name\":\"weather\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],"
                            + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":70}}"));
            gateway.chat(chat("gpt-4", false));

            assertThat(usage(gateway, 1).path("output_tokens").asInt()).isEqualTo(2);
        }
    }

    @Test
    void embeddings_have_a_prompt_only() {
        try (TestGateway gateway = start("source: estimate")) {
            provider.behave(call -> call.json(
                    200,
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1]}],"
                            + "\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}"));
            gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/embeddings"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4\",\"input\":\"one two three\"}")));
            JsonNode usage = usage(gateway, 1);

            assertThat(usage.path("input_tokens").asInt()).isEqualTo(3);
            assertThat(usage.path("output_tokens").asInt()).isZero();
        }
    }
}
